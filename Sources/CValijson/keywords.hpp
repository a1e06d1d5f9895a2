// The keywords that are ours, because valijson's are quadratic, wrong or fatal on what may come:
// `enum` and `const` copy texts at every comparison, `uniqueItems` compares all with all,
// `multipleOf` divides by zero, cuts 7.5 to 7 and does not know 19.99 for a multiple of 0.01.
#pragma once

#include "adapter.hpp"

namespace laneway {

// A text that two values have in common exactly if JSON Schema calls them equal.
inline void writeCanonical(const Value &value, std::string &out) {
    Run::step(1 + value.count / 64);
    const auto raw = [&out](const void *bytes, size_t count) {
        out.append(static_cast<const char *>(bytes), count);
    };
    out += static_cast<char>('a' + value.type);
    switch (value.type) {
    case Value::null: return;
    case Value::boolean: out += value.flag ? '1' : '0'; return;
    case Value::integer: raw(&value.whole, sizeof value.whole); return;
    case Value::real: raw(&value.fraction, sizeof value.fraction); return;
    case Value::text:
        raw(&value.count, sizeof value.count);
        raw(value.bytes, value.count);
        return;
    case Value::array:
        raw(&value.count, sizeof value.count);
        for (uint32_t at = 0; at < value.count; at++) writeCanonical(value.items[at], out);
        return;
    case Value::object:
        raw(&value.count, sizeof value.count);
        for (auto *member = value.firstMember(); member != value.lastMember(); member++) {
            raw(&member->length, sizeof member->length);
            raw(member->bytes, member->length);
            writeCanonical(member->value, out);
        }
        return;
    }
}

inline std::string canonical(const Value &value) {
    std::string out;
    writeCanonical(value, out);
    return out;
}

// Calls `work` with the value behind what valijson hands to a constraint: the keys that
// `propertyNames` is about are not values of ours.
template <class Work>
bool withValue(const valijson::adapters::Adapter &target, const Work &work) {
    if (const auto *ours = dynamic_cast<const Adapter *>(&target)) return work(ours->value);
    const std::string key = target.asString();
    return work(Value::of(key.data(), key.size()));
}

using Way = std::vector<std::string>;

template <class Keyword>
class KeywordConstraint : public valijson::constraints::PolyConstraint {
public:
    explicit KeywordConstraint(const Value &argument)
        : keyword(std::make_shared<const Keyword>(argument)) {}

    bool validate(
        const valijson::adapters::Adapter &target, const Way &way,
        valijson::ValidationResults *results) const override {
        std::string problem;
        const bool fits = withValue(target, [&](const Value &value) {
            return keyword->fits(value, results == nullptr ? nullptr : &problem);
        });
        if (!fits && results != nullptr) results->pushError(way, problem);
        return fits;
    }

private:
    std::shared_ptr<const Keyword> keyword;

    Constraint *cloneInto(void *memory) const override {
        return new (memory) KeywordConstraint(*this);
    }
    size_t sizeOf() const override { return sizeof(KeywordConstraint); }
};

template <class Keyword>
struct KeywordBuilder : valijson::ConstraintBuilder {
    valijson::constraints::Constraint *make(
        const valijson::adapters::Adapter &argument) const override {
        return new KeywordConstraint<Keyword>(dynamic_cast<const Adapter &>(argument).value);
    }
};

// `enum`, and `const` as an enum of one.
class OneOfValues {
public:
    static constexpr const char *name = "laneway:enum";
    static constexpr const char *constName = "laneway:const";

    explicit OneOfValues(const Value &list) : count(list.count) {
        for (uint32_t at = 0; at < list.count; at++) values.insert(canonical(list.items[at]));
        for (uint32_t at = 0; at < list.count && told.size() < 200; at++) {
            if (!told.empty()) told += ", ";
            told += words(list.items[at]);
        }
        told = excerpt(told, 200);
    }

    bool fits(const Value &value, std::string *problem) const {
        if (values.count(canonical(value)) != 0) return true;
        if (problem != nullptr)
            *problem = count == 0 ? "Nothing is allowed here"
                     : count == 1 ? "Value should be " + told
                                  : "Value should be one of " + number(count) + ": " + told;
        return false;
    }

private:
    std::set<std::string> values;
    std::string told;
    uint32_t count;

    static std::string words(const Value &value) {
        switch (value.type) {
        case Value::null: return "null";
        case Value::boolean: return value.flag ? "true" : "false";
        case Value::integer: return std::to_string(value.whole);
        case Value::real: return std::to_string(value.fraction);
        case Value::text: return "\"" + excerpt(value.string(), 60) + "\"";
        case Value::array: return "an array";
        case Value::object: return "an object";
        }
        return "";
    }
};

// `uniqueItems`: sorts, where valijson compares all with all.
class UniqueItems {
public:
    static constexpr const char *name = "laneway:unique";

    explicit UniqueItems(const Value &) {}

    bool fits(const Value &value, std::string *problem) const {
        if (value.type != Value::array) return true;
        std::vector<std::pair<std::string, uint32_t>> items;
        items.reserve(value.count);
        for (uint32_t at = 0; at < value.count; at++)
            items.emplace_back(canonical(value.items[at]), at);
        std::sort(items.begin(), items.end());
        const auto twice = std::adjacent_find(
            items.begin(), items.end(),
            [](const auto &one, const auto &other) { return one.first == other.first; });
        if (twice == items.end()) return true;
        if (problem != nullptr)
            *problem = "Items " + std::to_string(twice->second) + " and "
                       + std::to_string((twice + 1)->second) + " are the same, and may not be";
        return false;
    }
};

class MultipleOf {
public:
    static constexpr const char *name = "laneway:multiple";

    explicit MultipleOf(const Value &divisor) : divisor(divisor) {}

    bool fits(const Value &value, std::string *problem) const {
        if (!value.isNumber() || isMultiple(value)) return true;
        if (problem != nullptr) {
            char text[64];
            std::snprintf(text, sizeof text, "Value should be a multiple of %g", divisor.number());
            *problem = text;
        }
        return false;
    }

private:
    Value divisor;

    bool isMultiple(const Value &value) const {
        if (value.type == Value::integer && divisor.type == Value::integer)
            return value.whole % divisor.whole == 0;
        // Decimals have no exact doubles, so a quotient is whole within the last bits of it.
        const double quotient = value.number() / divisor.number();
        const double off = std::fabs(quotient - std::nearbyint(quotient));
        const double slack = 4 * std::numeric_limits<double>::epsilon();
        return !std::isfinite(quotient) || off <= slack * std::max(1.0, std::fabs(quotient));
    }
};

// `format`, for texts only: valijson fails on other values. What it knows of formats stays its own.
class FormatOfText {
public:
    static constexpr const char *name = "laneway:format";

    explicit FormatOfText(const Value &format) {
        constraint.setFormat(std::string(format.string()));
    }

    bool fits(const Value &value, std::string *problem) const {
        if (value.type != Value::text) return true;
        std::unordered_map<std::string, valijson::std::regex> cache;
        valijson::ValidationResults results;
        valijson::ValidationVisitor<Adapter> visitor(Adapter(value), {}, true, &results, cache);
        if (visitor.visit(constraint)) return true;
        if (problem != nullptr)
            *problem = results.numErrors() == 0 ? "String should be a valid " + constraint.getFormat()
                                                : results.begin()->description;
        return false;
    }

private:
    valijson::constraints::FormatConstraint constraint;
};

}  // namespace laneway
