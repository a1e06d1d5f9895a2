// Compiles a schema and holds texts against it, again and again, and each time refuses another
// allocation. It must come to the right answer or say that there is no memory: never fall, never
// take a text that does not fit, and keep nothing. Where RE2 is at work, which is not written for an
// operator new that throws, `--re2-may-keep` lets pieces be kept and only counts them.
#include "memory.hpp"

#include <cvalijson.h>

#include <cstdio>
#include <cstdlib>
#include <functional>
#include <iterator>
#include <fstream>
#include <string>

namespace {

const char *const noMemory = "there is no memory left to look at it";

std::string contents(const char *path) {
    std::ifstream file(path);
    if (!file) {
        std::fprintf(stderr, "%s cannot be read\n", path);
        std::exit(2);
    }
    return std::string(std::istreambuf_iterator<char>(file), {});
}

[[noreturn]] void fail(const char *name, long allocation, const std::string &why) {
    std::fprintf(stderr, "%s, allocation %ld refused: %s\n", name, allocation, why.c_str());
    std::exit(1);
}

// What the text was; empty if there was none. Freed where it came from.
std::string taken(char *text) {
    const std::string copy = text == nullptr ? "" : text;
    cvalijson_free_text(text);
    return copy;
}

// One call of the interface: what it answers, with its memory refused as told.
struct Call {
    const char *name;
    std::function<std::string(memory::Refusal, long &allocations)> answer;
};

// Returns how many times it said that there is no memory.
long fail_each(const Call &call, bool allAfter, bool mayKeep) {
    long needed = 0, keptInAll = 0;
    // Twice: what is kept from then on (tables that RE2 makes once) is there before it is counted.
    call.answer({}, needed);
    const std::string right = call.answer({}, needed);
    long refusals = 0;
    for (long allocation = 0; allocation < needed; allocation++) {
        const long before = memory::live();
        long seen = 0;
        {
            const std::string told = call.answer({allocation, allAfter}, seen);
            if (told == noMemory) refusals++;
            else if (told != right) fail(call.name, allocation, "it says \"" + told + '"');
        }
        const long kept = memory::live() - before;
        if (kept != 0 && !mayKeep) fail(call.name, allocation, std::to_string(kept) + " pieces are not freed");
        keptInAll += kept;
        const std::string after = call.answer({}, seen);
        if (after != right) fail(call.name, allocation, "afterwards it says \"" + after + '"');
    }
    std::printf(
        "%s: %ld allocations, %s refused in turn; %ld times it said so, %ld pieces kept\n",
        call.name, needed, allAfter ? "each and all after it" : "each", refusals, keptInAll);
    return refusals;
}

}  // namespace

int main(int count, char **arguments) {
    const bool mayKeep = count == 5 && std::string(arguments[4]) == "--re2-may-keep";
    if (count != 4 && !mayKeep) {
        std::fprintf(stderr, "usage: SchemaMemory SCHEMA FITTING WRONG [--re2-may-keep]\n");
        return 2;
    }
    const std::string schema = contents(arguments[1]), fitting = contents(arguments[2]),
                      wrong = contents(arguments[3]);
    char *error = nullptr;
    cvalijson_schema *const compiled = cvalijson_compile(schema.data(), schema.size(), &error);
    if (compiled == nullptr) fail("compile", -1, taken(error));

    const auto validate = [](const cvalijson_schema *schema, const std::string &text,
                             memory::Refusal refusal, long &allocations) {
        char *problems;
        {
            const memory::Trial trial(refusal);
            problems = cvalijson_validate(schema, text.data(), text.size());
            allocations = trial.allocations();
        }
        return taken(problems);
    };
    // A schema that was made in spite of it must know what is wrong.
    const auto compile = [&](memory::Refusal refusal, long &allocations) {
        char *why = nullptr;
        cvalijson_schema *made;
        {
            const memory::Trial trial(refusal);
            made = cvalijson_compile(schema.data(), schema.size(), &why);
            allocations = trial.allocations();
        }
        if (made == nullptr) return taken(why);
        long seen = 0;
        const std::string problems = validate(made, wrong, {}, seen);
        cvalijson_free(made);
        return problems;
    };
    const Call calls[] = {
        {"compile", compile},
        {"validate what fits",
         [&](memory::Refusal refusal, long &allocations) {
             return validate(compiled, fitting, refusal, allocations);
         }},
        {"validate what does not fit",
         [&](memory::Refusal refusal, long &allocations) {
             return validate(compiled, wrong, refusal, allocations);
         }},
    };
    for (const Call &call : calls)
        for (const bool allAfter : {false, true})
            if (fail_each(call, allAfter, mayKeep) == 0) fail(call.name, -1, "nothing was ever refused");
    cvalijson_free(compiled);
}
