// JSON as everything else here sees it: read once, iteratively, measured while it is read.
#pragma once

#include <crapidjson_reader.hpp>
#include <cvalijson.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <memory_resource>
#include <new>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include <rapidjson/error/en.h>

namespace laneway {

// What somebody else's text did wrong, in words for them.
struct Refused : std::runtime_error {
    using std::runtime_error::runtime_error;
};

inline std::string number(uint64_t value) {
    std::string digits = std::to_string(value);
    for (size_t place = digits.size(); place > 3;) digits.insert(place -= 3, ",");
    return digits;
}

// At most `max` bytes of a text, on one line, cut between characters.
inline std::string excerpt(std::string_view text, size_t max) {
    std::string out(text.substr(0, max));
    if (text.size() > max) {
        size_t cut = max;
        while (cut > 0 && (static_cast<unsigned char>(text[cut]) & 0xC0) == 0x80) cut--;
        out.resize(cut);
        out += "…";
    }
    for (char &byte : out)
        if (static_cast<unsigned char>(byte) < 0x20 || byte == 0x7F) byte = ' ';
    return out;
}

// rapidjson's own document.h does not compile with clang 21, and finds a member by walking over all
// of them. Here they are sorted. Values are never freed one by one: they lie in an arena.
struct Value {
    enum Type : uint8_t { null, boolean, integer, real, text, array, object };
    struct Member;

    Type type = null;
    uint32_t count = 0;
    union {
        bool flag;
        int64_t whole;
        double fraction;
        const char *bytes;
        const Value *items;
        const Member *members;
    };

    Value() : whole(0) {}
    static Value of(bool b) {
        Value value;
        value.type = boolean;
        value.flag = b;
        return value;
    }
    static Value of(int64_t i) {
        Value value;
        value.type = integer;
        value.whole = i;
        return value;
    }
    static Value of(double d) {
        // 1.0 is the integer 1, as draft 7 has it.
        if (std::fabs(d) < 9223372036854775808.0 && std::trunc(d) == d)
            return of(static_cast<int64_t>(d));
        Value value;
        value.type = real;
        value.fraction = d;
        return value;
    }
    static Value of(const char *s, size_t length) {
        Value value;
        value.type = text;
        value.count = static_cast<uint32_t>(length);
        value.bytes = s;
        return value;
    }

    std::string_view string() const { return {bytes, count}; }
    bool isNumber() const { return type == integer || type == real; }
    double number() const { return type == real ? fraction : static_cast<double>(whole); }

    const Member *firstMember() const { return members; }
    inline const Member *lastMember() const;
    inline const Member *find(std::string_view name) const;
};

struct Value::Member {
    const char *bytes;
    uint32_t length;
    Value value;

    std::string_view name() const { return {bytes, length}; }
};

inline const Value::Member *Value::lastMember() const { return members + count; }

// The member of that name, or null.
inline const Value::Member *Value::find(std::string_view name) const {
    const Member *const last = lastMember();
    const Member *const found = std::lower_bound(
        members, last, name,
        [](const Member &member, std::string_view name) { return member.name() < name; });
    return found != last && found->name() == name ? found : nullptr;
}

// Where values lie.
class Arena {
public:
    Value array(const std::vector<Value> &items) { return array(items.data(), items.size()); }
    Value array(const Value *items, size_t count) {
        Value value;
        value.type = Value::array;
        value.count = static_cast<uint32_t>(count);
        value.items = copy(items, count);
        return value;
    }
    // Members in any order; each name once.
    Value object(std::vector<Value::Member> members) {
        std::sort(members.begin(), members.end(), [](const auto &one, const auto &other) {
            return one.name() < other.name();
        });
        Value value;
        value.type = Value::object;
        value.count = static_cast<uint32_t>(members.size());
        value.members = copy(members.data(), members.size());
        return value;
    }
    Value text(std::string_view text) {
        return Value::of(copy(text.data(), text.size()), text.size());
    }

private:
    std::pmr::monotonic_buffer_resource memory;

    template <class Element>
    const Element *copy(const Element *elements, size_t count) {
        if (count == 0) return nullptr;
        void *place = memory.allocate(count * sizeof(Element), alignof(Element));
        std::memcpy(place, static_cast<const void *>(elements), count * sizeof(Element));
        return static_cast<const Element *>(place);
    }
};

// A text and the values in it, which point into the text.
struct Parsed {
    std::vector<char> text;
    Arena arena;
    Value root;
    // Bytes of the longest way to a value. valijson copies the way at every step.
    size_t wayBytesMax = 0;
};

struct Bounds {
    size_t bytesMax;
    size_t valuesMax;
};

// Builds the values while rapidjson reads, counts, and stops it where a limit is met.
class Builder {
public:
    Builder(Arena &arena, const Bounds &bounds) : arena(arena), bounds(bounds) {}

    std::string why;
    size_t wayBytesMax = 0;

    Value root() const { return values.at(0); }

    bool Null() { return add(Value()); }
    bool Bool(bool b) { return add(Value::of(b)); }
    bool Int(int i) { return add(Value::of(static_cast<int64_t>(i))); }
    bool Uint(unsigned u) { return add(Value::of(static_cast<int64_t>(u))); }
    bool Int64(int64_t i) { return add(Value::of(i)); }
    bool Uint64(uint64_t u) {
        if (u > static_cast<uint64_t>(INT64_MAX)) return Double(static_cast<double>(u));
        return add(Value::of(static_cast<int64_t>(u)));
    }
    bool Double(double d) { return add(Value::of(d)); }
    bool RawNumber(const char *, rapidjson::SizeType, bool) { return false; }
    bool String(const char *s, rapidjson::SizeType length, bool) {
        return text(s, length) && add(Value::of(s, length));
    }
    bool StartObject() { return open(); }
    bool StartArray() { return open(); }
    bool Key(const char *s, rapidjson::SizeType length, bool) {
        if (length > cvalijson_limits_in_force.key_bytes_max)
            return stop("it has a key of " + number(length) + " bytes; keys of at most "
                        + number(cvalijson_limits_in_force.key_bytes_max) + " are taken");
        levels.back().keyBytes = length;
        values.push_back(Value::of(s, length));
        return text(s, length);
    }
    bool EndArray(rapidjson::SizeType count) {
        close(arena.array(values.data() + (values.size() - count), count), count);
        return true;
    }
    bool EndObject(rapidjson::SizeType count) {
        std::vector<Value::Member> members;
        members.reserve(count);
        for (size_t at = values.size() - 2 * size_t(count); at < values.size(); at += 2)
            members.push_back({values[at].bytes, values[at].count, values[at + 1]});
        const Value object = arena.object(std::move(members));
        for (uint32_t at = 1; at < object.count; at++)
            if (object.members[at - 1].name() == object.members[at].name())
                return stop("an object has the key \"" + excerpt(object.members[at].name(), 100)
                            + "\" more than once; which of them counts is not defined");
        close(object, 2 * size_t(count));
        return true;
    }

private:
    struct Level {
        size_t keyBytes;
        size_t wayBytes;
    };

    Arena &arena;
    const Bounds bounds;
    size_t valuesSeen = 0;
    std::vector<Value> values;
    std::vector<Level> levels;

    bool stop(std::string reason) {
        why = std::move(reason);
        return false;
    }

    bool add(Value value) {
        if (!counted()) return false;
        values.push_back(value);
        return true;
    }

    bool counted() {
        wayBytesMax = std::max(wayBytesMax, wayBytes());
        if (++valuesSeen <= bounds.valuesMax) return true;
        return stop("it has more than " + number(bounds.valuesMax)
                    + " values, which is the limit; shorten it");
    }

    size_t wayBytes() const {
        return levels.empty() ? 0 : levels.back().wayBytes + levels.back().keyBytes + 32;
    }

    bool open() {
        if (!counted()) return false;
        const size_t max = cvalijson_limits_in_force.depth_max;
        if (levels.size() >= max)
            return stop("it is nested more than " + number(max)
                        + " levels deep, which is the limit; make it flatter");
        levels.push_back({0, wayBytes()});
        return true;
    }

    void close(Value value, size_t taken) {
        values.resize(values.size() - taken);
        values.push_back(value);
        levels.pop_back();
    }

    // valijson handles text as C strings here and there, and would stop reading at a null.
    bool text(const char *s, size_t length) {
        if (std::memchr(s, 0, length) == nullptr) return true;
        return stop("it has the character U+0000 in a text, which is not taken");
    }
};

inline void parse(Parsed &parsed, const char *text, size_t bytes, const Bounds &bounds) {
    if (bytes > bounds.bytesMax)
        throw Refused("it is " + number(bytes) + " bytes; at most " + number(bounds.bytesMax)
                      + " are taken; shorten it");
    if (bytes == 0) throw Refused("it is empty, which is not JSON");
    if (std::memchr(text, 0, bytes) != nullptr) throw Refused("it is not JSON: it has a null byte");
    copyForReading(parsed.text, text, bytes);

    Builder builder(parsed.arena, bounds);
    rapidjson::InsituStringStream stream(parsed.text.data());
    Reader reader;
    const rapidjson::ParseResult result = reader.Parse<
        rapidjson::kParseInsituFlag | rapidjson::kParseIterativeFlag
        | rapidjson::kParseValidateEncodingFlag | rapidjson::kParseFullPrecisionFlag>(
        stream, builder);
    if (!builder.why.empty()) throw Refused(builder.why);
    if (result.IsError())
        throw Refused("it is not JSON: " + std::string(GetParseError_En(result.Code()))
                      + " (byte " + number(result.Offset()) + ")");
    parsed.root = builder.root();
    parsed.wayBytesMax = builder.wayBytesMax;
}

}  // namespace laneway
