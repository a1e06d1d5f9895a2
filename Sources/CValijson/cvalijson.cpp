// The C interface. Everything that may throw runs inside `guarded`.
#include "rewriter.hpp"

#include <memory>

extern "C" const cvalijson_limits cvalijson_limits_in_force = {
    /* schema_bytes_max */ 256 << 10,
    /* instance_bytes_max */ 8 << 20,
    /* depth_max */ 128,
    /* schema_values_max */ 32'768,
    /* instance_values_max */ 1'000'000,
    /* subschemas_max */ 4'096,
    /* patterns_max */ 256,
    /* pattern_bytes_max */ 4'096,
    /* pattern_size_max */ 65'536,
    /* fan_out_max */ 10'000,
    /* in_place_depth_max */ 64,
    /* key_bytes_max */ 4'096,
    /* steps_max */ 2'000'000,
    /* problems_max */ 5,
};

struct cvalijson_schema {
    valijson::Schema schema;
    laneway::Patterns patterns;
};

namespace laneway {
namespace {

// What is told when there is no memory to tell anything.
char outOfMemory[] = "there is no memory left to look at it";

char *copied(const std::string &text) {
    auto *copy = static_cast<char *>(::operator new(text.size() + 1, std::nothrow));
    if (copy == nullptr) return outOfMemory;
    std::memcpy(copy, text.c_str(), text.size() + 1);
    return copy;
}

// Runs `work` on a stack of its own. Null, or why it came to nothing. The work is made a function in
// here: that takes memory too.
template <class Work>
char *guarded(Run &run, const Work &work) noexcept {
    try {
        try {
            onOwnStack(run, work);
            return nullptr;
        } catch (const Refused &refused) {
            return copied(refused.what());
        } catch (const Run::OutOfSteps &) {
            return copied("to check it takes more than " + number(run.stepsMax)
                          + " steps, which is the limit; make it, or the schema, smaller");
        } catch (const Run::OutOfStack &) {
            return copied("it leads too deep: more stack is needed than there is; make it flatter");
        } catch (const std::bad_alloc &) {
            return outOfMemory;
        } catch (const std::exception &failure) {
            return copied("it cannot be handled: " + excerpt(failure.what(), 300));
        }
    } catch (...) {
        return outOfMemory;
    }
}

// valijson owns a builder only once it has found memory for its place in the list.
template <class Keyword>
void teach(valijson::SchemaParser &parser, const char *name) {
    auto builder = std::make_unique<KeywordBuilder<Keyword>>();
    parser.addConstraintBuilder(name, builder.get());
    builder.release();
}

void compile(cvalijson_schema &compiled, const char *text, size_t bytes) {
    const auto &limits = cvalijson_limits_in_force;
    Parsed parsed;
    parse(parsed, text, bytes, {limits.schema_bytes_max, limits.schema_values_max});
    const Value rewritten = Rewriter(parsed.root, parsed.arena, compiled.patterns).rewritten();

    valijson::SchemaParser parser(valijson::SchemaParser::kDraft7);
    teach<OneOfValues>(parser, OneOfValues::name);
    teach<OneOfValues>(parser, OneOfValues::constName);
    teach<UniqueItems>(parser, UniqueItems::name);
    teach<MultipleOf>(parser, MultipleOf::name);
    teach<FormatOfText>(parser, FormatOfText::name);
    parser.populateSchema(Adapter(rewritten), compiled.schema);
}

// A way as a JSON pointer (RFC 6901): valijson's is <root>, [key], [0].
std::string pointer(const Way &way) {
    std::string out;
    for (size_t at = 1; at < way.size(); at++) {
        out += '/';
        for (const char byte : way[at].substr(1, way[at].size() - 2)) {
            if (byte == '~') out += "~0";
            else if (byte == '/') out += "~1";
            else out += byte;
        }
    }
    return out.empty() ? "(root)" : excerpt(out, 200);
}

// Says only that something further down is wrong, which was said before.
bool isEcho(const std::string &description) {
    for (const char *start :
         {"Failed to validate against schema associated", "Failed to validate item #",
          "Failed to validate against child schema", "Failed to validate against additional",
          "Failed to validate against a conditional", "Failed to validate against dependent"})
        if (description.rfind(start, 0) == 0) return true;
    return false;
}

void tell(const valijson::ValidationResults &results, std::string &out) {
    const bool onlyEchoes = std::all_of(
        results.begin(), results.end(), [](const auto &one) { return isEcho(one.description); });
    std::set<std::string> told;
    for (const auto &result : results) {
        if (isEcho(result.description) && !onlyEchoes) continue;
        if (told.size() >= cvalijson_limits_in_force.problems_max) return;
        const std::string line = pointer(result.context) + ": " + excerpt(result.description, 300);
        if (!told.insert(line).second) continue;
        if (!out.empty()) out += '\n';
        out += line;
    }
}

void validate(
    const cvalijson_schema &compiled, const char *text, size_t bytes, std::string &problems) {
    const auto &limits = cvalijson_limits_in_force;
    Run &run = *Run::current;
    Parsed parsed;
    parse(parsed, text, bytes, {limits.instance_bytes_max, limits.instance_values_max});
    run.wayWeight = parsed.wayBytesMax / 256;
    const Adapter instance(parsed.root);
    // First without a list of problems, which stops at the first one.
    valijson::Validator validator;
    if (validator.validate(compiled.schema, instance, nullptr)) return;

    // It does not fit, whatever becomes of the list.
    problems = "it does not fit the schema, and no place can be named";
    run.steps = 0;
    valijson::ValidationResults results;
    try {
        validator.validate(compiled.schema, instance, &results);
    } catch (const Run::OutOfSteps &) {
    }
    std::string told;
    tell(results, told);
    if (!told.empty()) problems = told;
}

}  // namespace
}  // namespace laneway

extern "C" cvalijson_schema *cvalijson_compile(const char *text, size_t bytes, char **error) {
    laneway::Run run;
    run.stepsMax = 20'000'000;
    std::unique_ptr<cvalijson_schema> compiled;
    *error = laneway::guarded(run, [&] {
        compiled = std::make_unique<cvalijson_schema>();
        run.patterns = &compiled->patterns;
        laneway::compile(*compiled, text, bytes);
    });
    return *error == nullptr ? compiled.release() : nullptr;
}

extern "C" char *cvalijson_validate(const cvalijson_schema *schema, const char *text, size_t bytes) {
    laneway::Run run;
    run.stepsMax = cvalijson_limits_in_force.steps_max;
    run.patterns = &schema->patterns;
    std::string problems;
    char *failure = laneway::guarded(run, [&] {
        laneway::validate(*schema, text, bytes, problems);
    });
    if (failure != nullptr || problems.empty()) return failure;
    return laneway::copied(problems);
}

extern "C" void cvalijson_free(cvalijson_schema *schema) { delete schema; }

extern "C" void cvalijson_free_text(char *text) {
    if (text != laneway::outOfMemory) ::operator delete(text);
}
