#include "path_patterns.h"

#include "berth/cpp/placeholders.hpp"

#include <re2/re2.h>

#include <algorithm>

namespace berth::file {

std::optional<PathTemplate> PathTemplate::parse(std::string_view text) {
    const auto pieces = sdk::parse_placeholders(text);
    if (!pieces) {
        return std::nullopt;
    }
    PathTemplate made;
    for (const sdk::TextPiece& piece : *pieces) {
        if (!piece.is_name) {
            made.texts_.back().append(piece.text);
        } else if (piece.text == "path") {
            made.texts_.emplace_back();
        } else {
            return std::nullopt;
        }
    }
    return made;
}

bool PathTemplate::is_path() const {
    return texts_.size() == 2 && texts_[0].empty() && texts_[1].empty();
}

void PathTemplate::expand(std::string_view path, std::string& out) const {
    out.append(texts_.front());
    for (size_t i = 1; i < texts_.size(); ++i) {
        out.append(path).append(texts_[i]);
    }
}

PathPatterns::PathPatterns() = default;
PathPatterns::~PathPatterns() = default;
PathPatterns::PathPatterns(PathPatterns&&) noexcept = default;
PathPatterns& PathPatterns::operator=(PathPatterns&&) noexcept = default;

std::string PathPatterns::add(std::string_view text) {
    const size_t colon = text.rfind(':');
    if (colon == std::string_view::npos || colon == 0 || colon + 1 == text.size()) {
        return "write it as expression:file";
    }
    re2::RE2::Options options;
    options.set_encoding(re2::RE2::Options::EncodingLatin1);  // paths are bytes
    options.set_log_errors(false);
    auto expression = std::make_unique<re2::RE2>(re2::StringPiece(text.data(), colon), options);
    if (!expression->ok()) {
        return "not an RE2 expression: " + expression->error();
    }
    std::string file(text.substr(colon + 1));
    if (file.front() != '/') {
        file.insert(file.begin(), '/');
    }
    rules_.push_back({std::move(expression), std::move(file)});
    return {};
}

std::string_view PathPatterns::find(std::string_view path) const {
    const re2::StringPiece whole(path.data(), path.size());
    const re2::StringPiece bare(path.data() + 1, path.size() - 1);
    const auto rule = std::find_if(rules_.begin(), rules_.end(), [&](const Rule& each) {
        return re2::RE2::PartialMatch(whole, *each.expression) ||
               re2::RE2::PartialMatch(bare, *each.expression);
    });
    return rule == rules_.end() ? std::string_view() : std::string_view(rule->file);
}

}  // namespace berth::file
