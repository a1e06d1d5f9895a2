// Makes of somebody's schema the one that valijson gets to see: all schemas that the root leads to
// in one flat list, every reference resolved, every keyword checked, nothing else in it. What was
// measured is then exactly what valijson walks.
#pragma once

#include "keywords.hpp"

#include <unordered_map>

namespace laneway {

class Rewriter {
public:
    Rewriter(const Value &source, Arena &arena, Patterns &patterns)
        : source(source), arena(arena), patterns(patterns) {}

    Value rewritten() {
        visit(source, "#");
        std::vector<Value> schemas;
        // Grows while it is walked over.
        for (size_t at = 0; at < nodes.size(); at++) schemas.push_back(schema(at));
        measure();
        return arena.object({member("$ref", arena.text("#/d/0")), member("d", arena.array(schemas))});
    }

private:
    using Members = std::vector<Value::Member>;

    static constexpr uint64_t fanOutCountedMax = 1'000'000'000;

    struct Node {
        const Value *value;
        std::string place;
        // Schemas that the same value of an instance is held against.
        std::vector<size_t> inPlace;
        uint64_t fanOut = 1;
        uint64_t depth = 1;
    };

    const Value &source;
    Arena &arena;
    Patterns &patterns;
    std::vector<Node> nodes;
    std::unordered_map<const Value *, size_t> numbers;

    // MARK: schemas

    // The number of a schema. One that is only a reference has that of the schema it leads to.
    size_t visit(const Value &first, const std::string &place) {
        const Value *value = &first;
        for (size_t hops = 0; value->type == Value::object; hops++) {
            const auto *reference = value->find("$ref");
            if (reference == nullptr) break;
            if (hops > 64) refuse(place, "$ref leads in a circle, or through more than 64 others");
            value = &resolved(reference->value, place);
        }
        if (value->type != Value::object && value->type != Value::boolean)
            refuse(place, "a schema is an object or a boolean");
        const auto [found, isNew] = numbers.emplace(value, nodes.size());
        if (isNew) {
            const size_t max = cvalijson_limits_in_force.subschemas_max;
            if (nodes.size() >= max)
                throw Refused("it has more than " + laneway::number(max)
                              + " schemas in it, which is the limit; make it smaller");
            Node node;
            node.value = value;
            node.place = place;
            nodes.push_back(std::move(node));
        }
        return found->second;
    }

    Value schema(size_t at) {
        const Value &value = *nodes[at].value;
        const std::string place = nodes[at].place;
        Members out;
        if (value.type == Value::boolean) {
            // valijson's own `false` is not counted, and has no words for what is wrong.
            if (!value.flag) out.push_back(member(OneOfValues::name, arena.array({})));
            return arena.object(std::move(out));
        }
        for (auto *entry = value.firstMember(); entry != value.lastMember(); entry++)
            keyword(at, std::string(entry->name()), entry->value, place, out);
        return arena.object(std::move(out));
    }

    void keyword(
        size_t at, const std::string &name, const Value &argument, const std::string &place,
        Members &out) {
        const Value &value = *nodes[at].value;
        if (isAny(name, {"allOf", "anyOf", "oneOf"})) {
            need(argument.type == Value::array && argument.count > 0, place, name,
                 "an array of at least one schema");
            out.push_back(member(name, list(at, argument, place + "/" + name, true)));
        } else if (isAny(name, {"not", "if", "then", "else"})) {
            if ((name == "then" || name == "else") && value.find("if") == nullptr) return;
            out.push_back(member(name, reference(at, argument, place + "/" + name, true)));
        } else if (isAny(name, {"contains", "propertyNames"})) {
            out.push_back(member(name, reference(at, argument, place + "/" + name, false)));
        } else if (name == "items") {
            out.push_back(member(name, argument.type == Value::array
                ? list(at, argument, place + "/items", false)
                : reference(at, argument, place + "/items", false)));
        } else if (isAny(name, {"additionalItems", "additionalProperties"})) {
            out.push_back(member(name, argument.type == Value::boolean
                ? argument : reference(at, argument, place + "/" + name, false)));
        } else if (isAny(name, {"properties", "patternProperties", "dependencies"})) {
            out.push_back(member(name, map(at, name, argument, place)));
        } else if (!leaf(name, argument, place, out)) {
            refuseIfLater(name, place);
        }
    }

    // A keyword that has no schemas in it. False if it is none that we know.
    bool leaf(
        const std::string &name, const Value &argument, const std::string &place, Members &out) {
        if (isAny(name, {"minLength", "maxLength", "minItems", "maxItems", "minProperties",
                         "maxProperties"})) {
            need(argument.type == Value::integer && argument.whole >= 0, place, name,
                 "an integer from 0 on");
            out.push_back(member(name, argument));
        } else if (isAny(name, {"minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum"})) {
            need(argument.isNumber(), place, name, "a number");
            out.push_back(member(name, argument));
        } else if (name == "multipleOf") {
            need(argument.isNumber() && argument.number() > 0, place, name, "a number above 0");
            out.push_back(member(MultipleOf::name, argument));
        } else if (name == "required") {
            need(isTexts(argument), place, name, "an array of strings");
            out.push_back(member(name, argument));
        } else if (name == "type") {
            need(isTypes(argument), place, name,
                 "array, boolean, integer, null, number, object or string, or an array of them");
            out.push_back(member(name, argument));
        } else if (name == "enum") {
            need(argument.type == Value::array, place, name, "an array");
            out.push_back(member(OneOfValues::name, argument));
        } else if (name == "const") {
            // Has a name of its own, because a schema may have both.
            out.push_back(member(OneOfValues::constName, arena.array(&argument, 1)));
        } else if (name == "uniqueItems") {
            need(argument.type == Value::boolean, place, name, "true or false");
            if (argument.flag) out.push_back(member(UniqueItems::name, argument));
        } else if (name == "pattern") {
            need(argument.type == Value::text, place, name, "a string");
            const std::string pattern = patterns.add(argument.string(), place);
            out.push_back(member(name, arena.text(pattern)));
        } else if (name == "format") {
            need(argument.type == Value::text, place, name, "a string");
            // valijson knows these three, and holds numbers and arrays against them as well.
            if (isAny(std::string(argument.string()), {"date", "time", "date-time"}))
                out.push_back(member(FormatOfText::name, argument));
        } else {
            return false;
        }
        return true;
    }

    // To ignore what a caller relies on would be to say that an answer fits when it does not.
    void refuseIfLater(const std::string &name, const std::string &place) {
        if (isAny(name, {"prefixItems", "unevaluatedItems", "unevaluatedProperties",
                         "dependentRequired", "dependentSchemas", "minContains", "maxContains",
                         "$dynamicRef", "$recursiveRef"}))
            refuse(place, name + " is of a draft after 7, and draft 7 is what is checked here");
        if (name == "$id" && place != "#")
            refuse(place, "$id is taken at the root only");
    }

    Value reference(size_t at, const Value &child, const std::string &place, bool inPlace) {
        const size_t number = visit(child, shortened(place));
        if (inPlace) nodes[at].inPlace.push_back(number);
        return arena.object({member("$ref", arena.text("#/d/" + std::to_string(number)))});
    }

    Value list(size_t at, const Value &children, const std::string &place, bool inPlace) {
        std::vector<Value> out;
        for (uint32_t child = 0; child < children.count; child++)
            out.push_back(reference(
                at, children.items[child], place + "/" + std::to_string(child), inPlace));
        return arena.array(out);
    }

    // The argument of `properties`, `patternProperties` or `dependencies`.
    Value map(size_t at, const std::string &name, const Value &children, const std::string &place) {
        need(children.type == Value::object, place, name, "an object");
        Members out;
        for (auto *child = children.firstMember(); child != children.lastMember(); child++) {
            const std::string below = place + "/" + name + "/" + excerpt(child->name(), 60);
            if (name == "dependencies" && child->value.type == Value::array) {
                need(isTexts(child->value), below, "a dependency", "an array of strings");
                out.push_back(*child);
                continue;
            }
            const bool inPlace = name == "dependencies";
            const Value schema = reference(at, child->value, below, inPlace);
            if (name != "patternProperties") out.push_back(member(child->name(), schema));
            else addPattern(out, patterns.add(child->name(), below), schema, below);
        }
        return arena.object(std::move(out));
    }

    void addPattern(
        Members &out, const std::string &pattern, const Value &schema, const std::string &place) {
        for (const auto &other : out)
            if (other.name() == pattern) refuse(place, "the same pattern is there twice");
        out.push_back(member(pattern, schema));
    }

    // MARK: references

    const Value &resolved(const Value &reference, const std::string &place) {
        need(reference.type == Value::text, place, "$ref", "a string");
        const std::string_view text = reference.string();
        if (text.empty() || text[0] != '#')
            refuse(place, "$ref leads to \"" + excerpt(text, 100)
                   + "\"; nothing is fetched: put it under definitions, and refer to it with #/");
        if (text.size() > 1 && text[1] != '/')
            refuse(place, "$ref \"" + excerpt(text, 100) + "\" is not # or a pointer from #/ on");
        const Value *value = &source;
        for (size_t start = 2; start <= text.size();) {
            const size_t end = std::min(text.find('/', start), text.size());
            value = step(*value, token(text.substr(start, end - start)));
            if (value == nullptr)
                refuse(place, "$ref leads to \"" + excerpt(text, 100) + "\", which is not there");
            start = end + 1;
        }
        return *value;
    }

    static const Value *step(const Value &value, const std::string &token) {
        Run::step(1);
        if (value.type == Value::object) {
            const auto *member = value.find(token);
            return member == nullptr ? nullptr : &member->value;
        }
        if (value.type != Value::array || token.empty() || token.size() > 9) return nullptr;
        if (token.find_first_not_of("0123456789") != std::string::npos) return nullptr;
        const size_t at = std::stoul(token);
        return at < value.count ? &value.items[at] : nullptr;
    }

    // Percent-encoding first (RFC 3986), then ~1 and ~0 (RFC 6901).
    static std::string token(std::string_view text) {
        std::string plain;
        for (size_t at = 0; at < text.size(); at++) {
            const std::string hex(text.substr(std::min(at + 1, text.size()), 2));
            const bool isEncoded = text[at] == '%' && hex.size() == 2
                && hex.find_first_not_of("0123456789abcdefABCDEF") == std::string::npos;
            plain += isEncoded ? static_cast<char>(std::stoi(hex, nullptr, 16)) : text[at];
            if (isEncoded) at += 2;
        }
        std::string out;
        for (size_t at = 0; at < plain.size(); at++) {
            const bool isEscape = plain[at] == '~' && at + 1 < plain.size()
                && (plain[at + 1] == '0' || plain[at + 1] == '1');
            out += isEscape ? (plain[at + 1] == '0' ? '~' : '/') : plain[at];
            if (isEscape) at++;
        }
        return out;
    }

    // MARK: measures

    // Goes from the schemas that have no others in place to those that have them. Who is never
    // reached is in a circle: valijson would go round in it for ever, on the same value.
    void measure() {
        std::vector<std::vector<size_t>> parents(nodes.size());
        std::vector<size_t> open(nodes.size()), ready;
        for (size_t at = 0; at < nodes.size(); at++) {
            open[at] = nodes[at].inPlace.size();
            for (const size_t child : nodes[at].inPlace) parents[child].push_back(at);
            if (open[at] == 0) ready.push_back(at);
        }
        size_t done = 0;
        for (; done < ready.size(); done++) {
            const Node &child = nodes[ready[done]];
            for (const size_t parent : parents[ready[done]]) {
                Node &node = nodes[parent];
                node.fanOut = std::min(node.fanOut + child.fanOut, fanOutCountedMax);
                node.depth = std::max(node.depth, child.depth + 1);
                if (--open[parent] == 0) ready.push_back(parent);
            }
        }
        for (size_t at = 0; at < nodes.size(); at++)
            if (open[at] > 0 && isInCircle(at, open))
                refuse(nodes[at].place,
                       "a schema comes back to itself without going into the value (through $ref, "
                       "allOf, anyOf, oneOf, not, if, then, else or dependencies), and would never "
                       "end");
        for (const Node &node : nodes) bound(node);
    }

    // Not only leads into one: follows what is open, and looks whether it comes back.
    bool isInCircle(size_t start, const std::vector<size_t> &open) const {
        std::vector<bool> seen(nodes.size());
        std::vector<size_t> next{start};
        while (!next.empty()) {
            const size_t at = next.back();
            next.pop_back();
            for (const size_t child : nodes[at].inPlace) {
                if (child == start) return true;
                if (open[child] == 0 || seen[child]) continue;
                seen[child] = true;
                next.push_back(child);
            }
        }
        return false;
    }

    void bound(const Node &node) const {
        const auto &limits = cvalijson_limits_in_force;
        if (node.fanOut > limits.fan_out_max)
            refuse(node.place, "one value would be held against "
                   + laneway::number(node.fanOut) + (node.fanOut == fanOutCountedMax ? " or more" : "") + " schemas, through allOf, anyOf, oneOf and the "
                   "like in each other; the limit is " + laneway::number(limits.fan_out_max));
        if (node.depth > limits.in_place_depth_max)
            refuse(node.place, laneway::number(node.depth) + " schemas are in each other without "
                   "going into the value; the limit is "
                   + laneway::number(limits.in_place_depth_max));
    }

    // MARK: small things

    Value::Member member(std::string_view name, const Value &value) {
        const Value kept = arena.text(name);
        return {kept.bytes, kept.count, value};
    }

    static bool isAny(std::string_view name, std::initializer_list<std::string_view> names) {
        return std::find(names.begin(), names.end(), name) != names.end();
    }

    static bool isTexts(const Value &value) {
        if (value.type != Value::array) return false;
        for (uint32_t at = 0; at < value.count; at++)
            if (value.items[at].type != Value::text) return false;
        return true;
    }

    static bool isTypes(const Value &value) {
        const auto isType = [](const Value &name) {
            return name.type == Value::text
                && isAny(name.string(), {"array", "boolean", "integer", "null", "number", "object",
                                         "string"});
        };
        if (value.type != Value::array) return isType(value);
        for (uint32_t at = 0; at < value.count; at++)
            if (!isType(value.items[at])) return false;
        return value.count > 0;
    }

    static std::string shortened(const std::string &place) { return excerpt(place, 200); }

    static void need(
        bool holds, const std::string &place, const std::string &name, const std::string &what) {
        if (!holds) refuse(place, name + " is " + what);
    }

    [[noreturn]] static void refuse(const std::string &place, const std::string &why) {
        throw Refused("at " + excerpt(place, 200) + ": " + why);
    }
};

}  // namespace laneway
