// Our values as valijson sees them. Whatever costs more the longer a text or the larger an object
// is, is counted here.
#pragma once

#include "engine.hpp"

namespace laneway {

class Adapter;
class Items;
class Members;
using ItemMember = std::pair<std::string, Adapter>;

template <class Element, class Made>
class Cursor {
public:
    using iterator_category = std::bidirectional_iterator_tag;
    using value_type = Made;
    using difference_type = std::ptrdiff_t;
    using pointer = Made *;
    using reference = Made &;

    Cursor(const Element *at) : at(at) {}
    Made operator*() const;
    valijson::adapters::DerefProxy<Made> operator->() const {
        return valijson::adapters::DerefProxy<Made>(**this);
    }
    bool operator==(const Cursor &other) const { return at == other.at; }
    bool operator!=(const Cursor &other) const { return at != other.at; }
    Cursor &operator++() {
        ++at;
        return *this;
    }
    Cursor operator++(int) { return Cursor(at++); }
    Cursor &operator--() {
        --at;
        return *this;
    }
    void advance(std::ptrdiff_t n) { at += n; }

private:
    const Element *at;
};

class Items {
public:
    using const_iterator = Cursor<Value, Adapter>;
    using iterator = const_iterator;

    Items() = default;
    explicit Items(Value value) : value(value) {}
    iterator begin() const { return value.items; }
    iterator end() const { return value.items + value.count; }
    size_t size() const { return value.count; }

private:
    Value value;
};

class Members {
public:
    using const_iterator = Cursor<Value::Member, ItemMember>;
    using iterator = const_iterator;

    Members() = default;
    explicit Members(Value value) : value(value) {}
    iterator begin() const { return value.firstMember(); }
    iterator end() const { return value.lastMember(); }
    size_t size() const { return value.count; }
    iterator find(const std::string &name) const {
        Run::step(1);
        const Value::Member *found = value.find(name);
        return found == nullptr ? end() : iterator(found);
    }

private:
    Value value;
};

// Nothing is frozen: the keywords for which valijson freezes values are ours (keywords.hpp).
class Kept : public valijson::adapters::FrozenValue {
public:
    FrozenValue *clone() const override { return new Kept(); }
    bool equalTo(const valijson::adapters::Adapter &, bool) const override { return false; }
};

class Seen {
public:
    Seen() = default;
    explicit Seen(Value value) : value(value) {}

    valijson::adapters::FrozenValue *freeze() const { return new Kept(); }
    std::optional<Items> getArrayOptional() const {
        return isArray() ? std::optional<Items>(Items(value)) : std::nullopt;
    }
    std::optional<Members> getObjectOptional() const {
        return isObject() ? std::optional<Members>(Members(value)) : std::nullopt;
    }
    bool getArraySize(size_t &result) const {
        if (isArray()) result = value.count;
        return isArray();
    }
    bool getObjectSize(size_t &result) const {
        if (isObject()) result = value.count;
        return isObject();
    }
    bool getBool(bool &result) const {
        if (isBool()) result = value.flag;
        return isBool();
    }
    bool getDouble(double &result) const {
        if (isDouble()) result = value.fraction;
        return isDouble();
    }
    bool getInteger(int64_t &result) const {
        if (value.type == Value::integer) result = value.whole;
        return value.type == Value::integer;
    }
    bool getString(std::string &result) const {
        if (!isString()) return false;
        Run::step(1 + value.count / 64);
        result.assign(value.bytes, value.count);
        return true;
    }

    static bool hasStrictTypes() { return true; }
    bool isArray() const { return value.type == Value::array; }
    bool isBool() const { return value.type == Value::boolean; }
    // Both a double and an integer, if it is an integer that no int64_t holds. Who asks for the
    // number of such a value asks for a double first.
    bool isDouble() const { return value.type == Value::real; }
    bool isInteger() const {
        if (value.type == Value::integer) return true;
        return isDouble() && std::trunc(value.fraction) == value.fraction;
    }
    bool isNull() const { return value.type == Value::null; }
    bool isNumber() const { return value.isNumber(); }
    bool isObject() const { return value.type == Value::object; }
    bool isString() const { return value.type == Value::text; }

private:
    Value value;
};

class Adapter
    : public valijson::adapters::BasicAdapter<Adapter, Items, ItemMember, Members, Seen> {
public:
    Adapter() = default;
    explicit Adapter(Value value)
        : valijson::adapters::BasicAdapter<Adapter, Items, ItemMember, Members, Seen>(
            Seen(value)),
          value(value) {}

    Value value;
};

template <>
inline Adapter Cursor<Value, Adapter>::operator*() const {
    Run::move(1);
    return Adapter(*at);
}

template <>
inline ItemMember Cursor<Value::Member, ItemMember>::operator*() const {
    Run::move(1);
    return {std::string(at->name()), Adapter(at->value)};
}

}  // namespace laneway

namespace valijson {
namespace adapters {
template <>
struct AdapterTraits<laneway::Adapter> {
    typedef laneway::Value DocumentType;
    static std::string adapterName() { return "laneway"; }
};
}  // namespace adapters
}  // namespace valijson
