#include "config/diagnostic.h"

#include <algorithm>
#include <tuple>
#include <utility>

namespace berth {
namespace {

constexpr size_t kDiagnosticsMax =
    1000;  // nobody reads more, and a hostile file could hold millions

const std::string& file_of(const Diagnostic& diagnostic) {
    static const std::string kNone;
    return diagnostic.place.source == nullptr ? kNone : diagnostic.place.source->name;
}

auto position(const Diagnostic& diagnostic) {
    return std::tie(file_of(diagnostic), diagnostic.place.line, diagnostic.place.column);
}

bool same(const Diagnostic& a, const Diagnostic& b) {
    return a.message == b.message && position(a) == position(b);
}

}  // namespace

void Diagnostics::error(Problem problem,
                        Place place,
                        std::string message,
                        std::vector<std::string> help) {
    add({Diagnostic::Severity::kError,
         problem,
         std::move(place),
         std::move(message),
         std::move(help)});
}

void Diagnostics::warning(Problem problem,
                          Place place,
                          std::string message,
                          std::vector<std::string> help) {
    add({Diagnostic::Severity::kWarning,
         problem,
         std::move(place),
         std::move(message),
         std::move(help)});
}

std::vector<Diagnostic> Diagnostics::sorted() const {
    std::vector<Diagnostic> result = all_;
    for (Diagnostic& diagnostic : result) {
        Place& place = diagnostic.place;
        place.hidden |= secrets_.contains({place.source, place.line});
    }
    std::stable_sort(result.begin(), result.end(), [](const Diagnostic& a, const Diagnostic& b) {
        return position(a) < position(b);
    });
    return result;
}

void Diagnostics::add(Diagnostic diagnostic) {
    const auto is_same = [&](const Diagnostic& other) { return same(other, diagnostic); };
    if (std::any_of(all_.begin(), all_.end(), is_same) || !make_room(diagnostic.severity)) {
        return;
    }
    errors_ += diagnostic.severity == Diagnostic::Severity::kError ? 1 : 0;
    all_.push_back(std::move(diagnostic));
}

// An error takes the place of a warning: were it dropped, a wrong configuration would pass.
bool Diagnostics::make_room(Diagnostic::Severity severity) {
    if (all_.size() < kDiagnosticsMax) {
        return true;
    }
    const auto warning = std::find_if(all_.begin(), all_.end(), [](const Diagnostic& diagnostic) {
        return diagnostic.severity == Diagnostic::Severity::kWarning;
    });
    if (severity == Diagnostic::Severity::kWarning || warning == all_.end()) {
        return false;
    }
    all_.erase(warning);
    return true;
}

}  // namespace berth
