// valijson, with what it may not be trusted with taken out of its hands.
//
// All of valijson is inside `namespace valijson`, so a `std` that is declared there is what it
// finds first when it says `std::`. Ours has everything of the real one, but for the names below.
#pragma once

#include "patterns.hpp"

#include <deque>
#include <regex>
#include <set>

namespace valijson {
namespace std {

using namespace ::std;

// std::regex backtracks in exponential time and recurses over the text in libstdc++.
class smatch {
public:
    struct group {
        ::std::string text;
        ::std::string str() const { return text; }
    };
    group operator[](size_t place) const { return groups.at(place); }
    ::std::vector<group> groups;
};

class regex {
public:
    explicit regex(const ::std::string &text) {
        const auto *run = laneway::Run::current;
        if (run != nullptr && run->patterns != nullptr) known = run->patterns->find(text);
        if (known != nullptr) return;
        own = ::std::make_shared<const laneway::Patterns::Pattern>(
            laneway::Patterns::compiled(text));
        known = own.get();
        if (!known->compiled->ok()) throw ::std::runtime_error("a pattern that RE2 does not know");
    }

    bool match(const ::std::string &text, re2::RE2::Anchor anchor, smatch *groups) const {
        // Where the automaton would be too large, RE2 walks the program for every byte instead.
        laneway::Run::step(1 + text.size() * known->size / 64);
        const auto &expression = *known->compiled;
        const int count = groups == nullptr ? 0 : 1 + expression.NumberOfCapturingGroups();
        ::std::vector<re2::StringPiece> pieces(static_cast<size_t>(count));
        if (!expression.Match(text, 0, text.size(), anchor, pieces.data(), count)) return false;
        if (groups != nullptr)
            for (const auto &piece : pieces)
                groups->groups.push_back({::std::string(piece.data(), piece.size())});
        return true;
    }

private:
    const laneway::Patterns::Pattern *known = nullptr;
    ::std::shared_ptr<const laneway::Patterns::Pattern> own;
};

inline bool regex_search(const ::std::string &text, const regex &expression) {
    return expression.match(text, re2::RE2::UNANCHORED, nullptr);
}

inline bool regex_match(const ::std::string &text, const regex &expression) {
    return expression.match(text, re2::RE2::ANCHOR_BOTH, nullptr);
}

inline bool regex_match(const ::std::string &text, smatch &groups, const regex &expression) {
    return expression.match(text, re2::RE2::ANCHOR_BOTH, &groups);
}

// Binds the visitor of a value to a schema, which valijson does once for every schema that it holds
// a value against: the place to count.
template <class Function, class... Arguments>
auto bind(Function &&function, Arguments &&...arguments) {
    laneway::Run::move(1);
    return ::std::bind(
        ::std::forward<Function>(function), ::std::forward<Arguments>(arguments)...);
}

// Holds what went wrong, of which there may be millions. The first are the closest to the fault.
template <class Element>
class deque : public ::std::deque<Element> {
public:
    void push_back(const Element &element) {
        static constexpr size_t countMax = 64;
        laneway::Run::move(1);
        if (this->size() < countMax) ::std::deque<Element>::push_back(element);
    }
};

// valijson allocates with this, and never looks whether it got anything.
struct throws_t {};
inline constexpr throws_t nothrow{};

}  // namespace std
}  // namespace valijson

inline void *operator new(size_t size, valijson::std::throws_t) { return ::operator new(size); }
inline void operator delete(void *memory, valijson::std::throws_t) { ::operator delete(memory); }

// Without it, valijson aborts the process where it would throw.
#define VALIJSON_USE_EXCEPTIONS 1
#include <valijson/internal/basic_adapter.hpp>
#include <valijson/internal/frozen_value.hpp>
#include <valijson/schema.hpp>
#include <valijson/schema_parser.hpp>
#include <valijson/validation_results.hpp>
#include <valijson/validator.hpp>
