#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace berth {

// Every kind of mistake a configuration can hold. Numbers are printed as C103, are searched for by
// people and are never reused. C1xx: text and settings, C2xx: plugins and references, C3xx: files,
// TLS and network, C4xx: environment and command line.
enum class Problem : uint16_t {
    kSyntax = 101,
    kDuplicateKey = 102,
    kUnknownSetting = 103,
    kMissingSetting = 104,
    kWrongType = 105,
    kUnit = 106,
    kOutOfRange = 107,
    kNotAChoice = 108,
    kBadForm = 109,
    kTab = 110,
    kUnclosedQuote = 111,
    kOldBoolean = 112,
    kLeadingZero = 113,
    kMergeKey = 114,
    kYamlTag = 115,
    kTooDeep = 116,
    kTooManyAliases = 117,
    kTooLarge = 118,
    kNotUtf8 = 119,
    kNotASite = 120,
    kDeprecated = 121,
    kMissingValue = 122,
    kSubstitution = 123,
    kKeyNotText = 124,
    kNotYet = 130,

    kNoPlugin = 201,
    kTwoPlugins = 202,
    kUnknownPlugin = 203,
    kUnknownProtocol = 204,
    kWrongKind = 205,
    kPluginRefused = 206,
    kNotInstalled = 207,
    kDuplicateSite = 208,
    kAddressConflict = 209,
    kTwoDefaultSites = 210,
    kDuplicateHost = 211,
    kListenerSettings = 212,
    kPluginSays = 215,

    kUnreadable = 301,
    kNoSites = 302,
    kTlsMissing = 303,
    kTlsUnused = 304,
    kCertificate = 305,
    kKeyPermissions = 306,
    kTlsAuto = 307,
    kListenUrl = 308,
    kPortInUse = 309,
    kCannotBind = 310,
    kHostName = 311,
    kUnknownUser = 312,
    kIgnoredFile = 313,

    kVariable = 401,
    kNoMiddleware = 403,
};

// "C103".
std::string problem_id(Problem problem);
// All of them, in order.
const std::vector<Problem>& all_problems();

}  // namespace berth
