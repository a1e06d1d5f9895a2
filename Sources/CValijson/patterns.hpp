// The regular expressions of a schema, on RE2: in linear time, on no stack.
#pragma once

#include "run.hpp"

#include <re2/re2.h>

#include <cstdio>
#include <map>
#include <memory>

namespace laneway {

class Patterns {
public:
    struct Pattern {
        std::unique_ptr<const re2::RE2> compiled;
        uint64_t size;
    };

    // Takes a pattern in, and gives the text it is known by from now on.
    std::string add(std::string_view ecma, const std::string &place) {
        const auto &limits = cvalijson_limits_in_force;
        if (ecma.size() > limits.pattern_bytes_max)
            throw Refused("the pattern at " + place + " is " + number(ecma.size())
                          + " bytes; at most " + number(limits.pattern_bytes_max) + " are taken");
        std::string text = translated(ecma);
        if (patterns.count(text) != 0) return text;
        if (patterns.size() >= limits.patterns_max)
            throw Refused("it has more than " + number(limits.patterns_max)
                          + " different patterns, which is the limit");
        Pattern pattern = compiled(text);
        if (!pattern.compiled->ok())
            throw Refused("the pattern \"" + excerpt(ecma, 100) + "\" at " + place
                          + " cannot be matched in linear time (" + pattern.compiled->error()
                          + "); write it without look-around and back-references");
        sizes += pattern.size;
        if (sizes > limits.pattern_size_max)
            throw Refused("its patterns make " + number(sizes) + " instructions; the limit is "
                          + number(limits.pattern_size_max) + "; make the repetitions smaller");
        patterns.emplace(text, std::move(pattern));
        return text;
    }

    const Pattern *find(const std::string &text) const {
        const auto found = patterns.find(text);
        return found == patterns.end() ? nullptr : &found->second;
    }

    static Pattern compiled(const std::string &text) {
        re2::RE2::Options options;
        options.set_log_errors(false);
        options.set_max_mem(512 << 10);
        auto expression = std::make_unique<const re2::RE2>(text, options);
        const int size = expression->ok() ? expression->ProgramSize() : 1;
        return {std::move(expression), static_cast<uint64_t>(std::max(1, size))};
    }

private:
    std::map<std::string, Pattern> patterns;
    uint64_t sizes = 0;

    // ECMAScript writes \u00E9 where RE2 writes \x{00E9}; the rest that both know is the same.
    static std::string translated(std::string_view ecma) {
        std::string out;
        for (size_t at = 0; at < ecma.size(); at++) {
            if (ecma[at] != '\\' || at + 1 == ecma.size()) {
                out += ecma[at];
                continue;
            }
            long code = hex(ecma, at);
            if (code < 0) {
                out.append(ecma.substr(at++, 2));
                continue;
            }
            at += 5;
            const long low = hex(ecma, at + 1);
            if (code >= 0xD800 && code < 0xDC00 && low >= 0xDC00 && low < 0xE000) {
                code = 0x10000 + ((code - 0xD800) << 10) + (low - 0xDC00);
                at += 6;
            }
            char written[16];
            std::snprintf(written, sizeof written, "\\x{%lX}", code);
            out += written;
        }
        return out;
    }

    // The number of an escape, \u and four digits, that begins here; -1 where none does.
    static long hex(std::string_view text, size_t at) {
        if (at + 6 > text.size() || text[at] != '\\' || text[at + 1] != 'u') return -1;
        const std::string digits(text.substr(at + 2, 4));
        if (digits.find_first_not_of("0123456789abcdefABCDEF") != std::string::npos) return -1;
        return std::strtol(digits.c_str(), nullptr, 16);
    }
};

}  // namespace laneway
