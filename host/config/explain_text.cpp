#include "config/explanation.h"

namespace berth {
namespace {

constexpr Explanation kTexts[] = {
    {Problem::kSyntax,
     "the text is not YAML",
     "The file could not be read beyond the place shown. Most often a ':' has no blank after it, "
     "a\n"
     "line is not indented as its neighbours are, or a value needs quotes because it holds ': ' "
     "or\n"
     "begins with one of @ ` % & * ! | > { [.",
     "hello:\n  message: Hello: world",
     "hello:\n  message: \"Hello: world\""},
    {Problem::kDuplicateKey,
     "a key stands twice in one map",
     "YAML libraries disagree about which of the two counts, so Berth takes neither.",
     "listen: http://:80\nhosts: [example.com]\nlisten: http://:8080",
     "listen: [http://:80, http://:8080]\nhosts: [example.com]"},
    {Problem::kUnknownSetting,
     "a setting that nobody knows",
     "Neither the host nor the plugin that the setting would belong to has one of this name. It "
     "is\n"
     "an error, because a misspelt setting that is ignored shows only when it is needed.",
     "timeouts:\n  hed: 5s",
     "timeouts:\n  head: 5s"},
    {Problem::kMissingSetting,
     "a setting that cannot be left out is missing",
     "There is no sensible default for it. The message names the setting; the place is the key of\n"
     "the map that lacks it.",
     "listen: https://:443\ntls:\n  cert: shop.pem",
     "listen: https://:443\ntls:\n  cert: shop.pem\n  key: shop.key"},
    {Problem::kWrongType,
     "a value of the wrong type",
     "Text, numbers, booleans, lists and maps are told apart. A value in quotes is always text; "
     "one\n"
     "without quotes that looks like a number or like true and false is that.",
     "hello:\n  message: 42",
     "hello:\n  message: \"42\""},
    {Problem::kUnit,
     "a unit is missing or unknown",
     "Times, sizes and percentages carry their unit, because 10 might be seconds to one reader "
     "and\n"
     "milliseconds to another. Times: ms, s, m, h, d, w, and combinations such as 1h30m. Sizes: "
     "B,\n"
     "KiB, MiB, GiB, TiB (powers of 1024) and kB, MB, GB, TB (powers of 1000). Percentages: %.",
     "timeouts:\n  idle: 60",
     "timeouts:\n  idle: 60s"},
    {Problem::kOutOfRange,
     "a value is too small, too large, too short or too long",
     "The message says what is allowed.",
     "workers: 0",
     "workers: 1"},
    {Problem::kNotAChoice,
     "a value that is not among the choices",
     "The setting takes one of a few words, which the message lists.",
     "log: { level: verbose }",
     "log: { level: debug }"},
    {Problem::kBadForm,
     "a value has not the form that its setting wants",
     "Addresses, URLs, paths and regular expressions are checked before anything is started.\n"
     "Regular expressions are RE2: they take linear time and know no lookaround and no\n"
     "back-references.",
     "limits: { allow: [10.0.0.0/33] }",
     "limits: { allow: [10.0.0.0/8] }"},
    {Problem::kTab,
     "a tab where YAML wants spaces",
     "YAML does not allow tabs for indentation, and Berth allows them nowhere outside quotes and\n"
     "comments, because editors show them at different widths.",
     "hello:\n\tmessage: Hi",
     "hello:\n  message: Hi"},
    {Problem::kUnclosedQuote,
     "a quote is never closed",
     "Everything up to the next quote would silently become part of the value.",
     "hello:\n  message: \"Hi\nlisten: http://:80",
     "hello:\n  message: \"Hi\"\nlisten: http://:80"},
    {Problem::kOldBoolean,
     "a word that some YAML readers take for a boolean",
     "yes, no, on, off, y and n are booleans in YAML 1.1 and words in YAML 1.2. Booleans are "
     "written\n"
     "true and false; the words need quotes.",
     "enabled: no",
     "enabled: false"},
    {Problem::kLeadingZero,
     "a number that begins with a zero",
     "0755 is 493 to one YAML reader and 755 to another.",
     "backlog: 0755",
     "backlog: 755"},
    {Problem::kMergeKey,
     "a merge key",
     "The merge key << was dropped from YAML 1.2, and libraries disagree about what it overrides.",
     "timeouts:\n  <<: { head: 5s }\n  idle: 10s",
     "timeouts:\n  head: 5s\n  idle: 10s"},
    {Problem::kYamlTag,
     "a YAML tag",
     "Tags such as !env are not used. Values from outside are named inside the text:\n"
     "${env:NAME}, ${env:NAME:-default}, ${file:/path} and ${cred:NAME}.",
     "hello:\n  message: !env GREETING",
     "hello:\n  message: ${env:GREETING}"},
    {Problem::kTooDeep,
     "the file is nested too deep",
     "At most 32 levels are read, so that a hostile file cannot exhaust the stack.",
     "hosts: [[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[a.test]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]",
     "hosts: [a.test]"},
    {Problem::kTooManyAliases,
     "aliases stand for too much",
     "All aliases of a file together may stand for 1000 nodes. A few lines of aliases to aliases\n"
     "could otherwise fill the memory.",
     "a: &a [1, 1, 1, 1, 1, 1, 1, 1, 1, 1]\nb: &b [*a, *a, *a, *a, *a, *a, *a, *a]\n"
     "hosts: [*b, *b, *b, *b, *b, *b, *b, *b, *b, *b, *b, *b]",
     "hosts: [a.test]"},
    {Problem::kTooLarge,
     "the file is too large",
     "One file may have 4 MiB and 200000 values. Put one site into one file.",
     "berth.yaml, 5 MiB",
     "sites.d/a.yaml, sites.d/b.yaml"},
    {Problem::kNotUtf8,
     "bytes that are not text",
     "Files are UTF-8 without control characters. The place is the first byte that is not.",
     "a file saved as Latin-1 or UTF-16",
     "the same file saved as UTF-8"},
    {Problem::kNotASite,
     "the document is no site",
     "A site file holds maps of settings, one per YAML document, and each begins with its name.\n"
     "Several sites are several documents with --- between them, not a list.",
     "- site: hello\n  listen: http://127.0.0.1:8080\n  hello: {}",
     "site: hello\nlisten: http://127.0.0.1:8080\nhello: {}"},
    {Problem::kDeprecated,
     "a setting that will go away",
     "It still works. The message says what to write instead.",
     "old_name: 5s",
     "new_name: 5s"},
    {Problem::kMissingValue,
     "a value from outside is not there",
     "A ${...} in a value names a variable that is not set, or a file or credential that cannot "
     "be\n"
     "read. Only ${env:NAME:-default} has a default.",
     "hello:\n  message: ${env:NO_GREETING}",
     "hello:\n  message: ${env:NO_GREETING:-Hello}"},
    {Problem::kSubstitution,
     "a ${...} that means nothing",
     "Known are ${env:NAME}, ${env:NAME:-default}, ${file:/path} and ${cred:NAME}. A ${ that "
     "should\n"
     "stay is written $${.",
     "hello:\n  message: ${GREETING}",
     "hello:\n  message: ${env:GREETING}"},
    {Problem::kKeyNotText,
     "a key that is not a word",
     "Keys are plain words. Lists and maps cannot be keys; a word with brackets needs quotes.",
     "hello:\n  {message}: Hi",
     "hello:\n  message: Hi"},
    {Problem::kNotYet,
     "a feature that this version does not have yet",
     "The setting is part of the grammar, but what it asks for does not exist yet. It is refused,\n"
     "because a setting that is accepted and does nothing is worse.",
     "groups: { python: { workers: 2 } }",
     "workers: 2"},
};

}  // namespace

std::span<const Explanation> explanations_of_text() {
    return kTexts;
}

}  // namespace berth
