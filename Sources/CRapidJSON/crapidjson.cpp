#include <crapidjson.h>

#include <crapidjson_reader.hpp>

#include <cstring>
#include <memory>
#include <vector>

namespace {

// Puts the values in their row while rapidjson reads, and stops it where they nest too deep.
class Builder {
public:
    // `begun` is for the builder's own use; hasEscapes says whether any string of the text has some.
    Builder(
        std::vector<crapidjson_value> &values, std::vector<size_t> &begun, size_t depthMax,
        bool hasEscapes)
        : values(values), begun(begun), depthMax(depthMax), hasEscapes(hasEscapes) {}

    bool Null() { return add(crapidjson_null); }
    bool Bool(bool flag) { return add(flag ? crapidjson_true : crapidjson_false); }
    bool Int(int number) { return Int64(number); }
    bool Uint(unsigned number) { return Int64(number); }
    bool Int64(int64_t number) {
        add(crapidjson_whole);
        values.back().is.whole = number;
        return true;
    }
    bool Uint64(uint64_t number) {
        if (number <= static_cast<uint64_t>(INT64_MAX)) return Int64(static_cast<int64_t>(number));
        add(crapidjson_large);
        values.back().is.large = number;
        return true;
    }
    bool Double(double number) {
        add(crapidjson_number);
        values.back().is.number = number;
        return true;
    }
    bool RawNumber(const char *, rapidjson::SizeType, bool) { return false; }
    bool String(const char *text, rapidjson::SizeType bytes, bool) {
        add(crapidjson_text);
        values.back().count = bytes;
        values.back().is.text = text;
        return !hasEscapes || !hasSurrogate(text, bytes);
    }
    bool Key(const char *text, rapidjson::SizeType bytes, bool isCopy) {
        return String(text, bytes, isCopy);
    }
    bool StartObject() { return begin(crapidjson_object); }
    bool StartArray() { return begin(crapidjson_list); }
    bool EndObject(rapidjson::SizeType count) { return end(count); }
    bool EndArray(rapidjson::SizeType count) { return end(count); }

private:
    std::vector<crapidjson_value> &values;
    // Where the lists and objects stand that have begun and not ended.
    std::vector<size_t> &begun;
    const size_t depthMax;
    const bool hasEscapes;

    // rapidjson refuses all that is not UTF-8, but for the second half of a pair of escapes that
    // has no first: it writes that down as if it were a character.
    static bool hasSurrogate(const char *text, size_t bytes) {
        const char *const end = text + bytes;
        while (text < end) {
            text = static_cast<const char *>(std::memchr(text, 0xED, end - text));
            if (text == nullptr) return false;
            if (static_cast<unsigned char>(text[1]) >= 0xA0) return true;
            text += 3;
        }
        return false;
    }
    bool add(crapidjson_kind kind) {
        values.push_back({kind, 0, {0}});
        return true;
    }
    bool begin(crapidjson_kind kind) {
        if (begun.size() >= depthMax) return false;
        begun.push_back(values.size());
        return add(kind);
    }
    bool end(rapidjson::SizeType count) {
        crapidjson_value &value = values[begun.back()];
        begun.pop_back();
        value.count = count;
        value.is.end = values.size();
        return true;
    }
};

bool isASCII(const char *text, size_t bytes) {
    unsigned char all = 0;
    for (size_t i = 0; i < bytes; i++) all |= static_cast<unsigned char>(text[i]);
    return all < 0x80;
}

}  // namespace

// The text, in which rapidjson takes the escapes out of strings, and the values that point into it.
struct crapidjson_row {
    std::vector<char> text;
    std::vector<crapidjson_value> values;
    std::vector<size_t> begun;
    laneway::Reader reader;

    bool read(const char *bytes, size_t count, size_t depthMax) {
        laneway::copyForReading(text, bytes, count);
        values.clear();
        begun.clear();
        // In a stream of completions a value takes about eight bytes.
        values.reserve(count / 8 + 8);
        rapidjson::InsituStringStream stream(text.data());
        const bool hasEscapes = count > 0 && std::memchr(bytes, '\\', count) != nullptr;
        Builder builder(values, begun, depthMax, hasEscapes);
        // Recursive, which takes a fifth less: it goes as deep as the builder lets it.
        constexpr unsigned plain =
            rapidjson::kParseInsituFlag | rapidjson::kParseFullPrecisionFlag;
        constexpr unsigned validating = plain | rapidjson::kParseValidateEncodingFlag;
        // To validate each character takes longer than all else; what is ASCII is UTF-8.
        const bool isRead = isASCII(bytes, count) ? bool(reader.Parse<plain>(stream, builder))
                                                  : bool(reader.Parse<validating>(stream, builder));
        return isRead && stream.Tell() == count;
    }

    bool isSmall() const {
        return text.capacity() + values.capacity() * sizeof(crapidjson_value) <= 64 * 1024;
    }
};

// The last row of the thread, for its next text: of the chunk of a stream, half a dozen mallocs would
// take longer than the reading.
static thread_local std::unique_ptr<crapidjson_row> spare;

crapidjson_row *crapidjson_read(const char *text, size_t bytes, size_t depth_max) {
    try {
        auto row = spare ? std::move(spare) : std::make_unique<crapidjson_row>();
        if (row->read(text, bytes, depth_max)) return row.release();
        crapidjson_free(row.release());
    } catch (const std::exception &) {
    }
    return nullptr;
}

const crapidjson_value *crapidjson_values(const crapidjson_row *row) { return row->values.data(); }

void crapidjson_free(crapidjson_row *row) {
    std::unique_ptr<crapidjson_row> owned(row);
    if (owned->isSmall()) spare = std::move(owned);
}
