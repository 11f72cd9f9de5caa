#include "config/host_schema.h"

#include <gtest/gtest.h>

#include <string>

namespace berth {
namespace {

Schema protocol(std::string_view json) {
    return parse_schema(json).value().root;
}

TEST(HostSchema, the_hosts_own_schemas_hold_nothing_that_the_host_does_not_know) {
    for (const std::string_view json : {site_schema_json(), machine_schema_json()}) {
        const Result<ParsedSchema> schema = parse_schema(json);
        ASSERT_TRUE(schema.ok()) << schema.error().message;
        EXPECT_TRUE(schema.value().unknown_keywords.empty());
    }
}

TEST(HostSchema, a_site_lets_keys_of_protocols_pass_until_they_are_known) {
    EXPECT_TRUE(site_schema().additional_any);
    EXPECT_FALSE(joined_site_schema({}).additional_any);
    EXPECT_FALSE(joined_site_schema({}).property("limits")->additional_any);
}

TEST(HostSchema, limits_of_the_host_and_of_a_protocol_are_one_map) {
    const Schema http =
        protocol(R"({"properties": {"limits": {"properties": {"body": {}}}, "routes": {}},
                                     "x-berth-plugin": "k", "x-berth-plugin-optional": true})");
    const Schema joined = joined_site_schema({&http});
    EXPECT_NE(joined.property("limits")->property("allow"), nullptr);
    EXPECT_NE(joined.property("limits")->property("body"), nullptr);
    EXPECT_NE(joined.property("routes"), nullptr);
    EXPECT_EQ(joined.plugin_kind, "k");
    EXPECT_TRUE(joined.plugin_optional);
}

TEST(HostSchema, a_protocol_cannot_change_what_the_host_says) {
    const Schema greedy =
        protocol(R"({"properties": {"listen": {"type": "integer"}, "tls": {"type": "integer"},
        "limits": {"properties": {"allow": {"type": "integer"}}}}})");
    const Schema joined = joined_site_schema({&greedy});
    EXPECT_FALSE(joined.property("listen")->one_of.empty());
    EXPECT_FALSE(joined.property("tls")->one_of.empty());
    EXPECT_EQ(joined.property("limits")->property("allow")->types, kTypeArray);
}

TEST(HostSchema, two_protocols_of_a_site_join) {
    const Schema one =
        protocol(R"({"properties": {"timeouts": {"properties": {"a": {}}}}, "required": ["x"]})");
    const Schema two =
        protocol(R"({"properties": {"timeouts": {"properties": {"b": {}}}}, "required": ["y"]})");
    const Schema joined = joined_site_schema({&one, &two});
    EXPECT_NE(joined.property("timeouts")->property("a"), nullptr);
    EXPECT_NE(joined.property("timeouts")->property("b"), nullptr);
    EXPECT_EQ(joined.required, (std::vector<std::string>{"site", "x", "y"}));
}

TEST(HostSchema, of_two_protocols_one_may_allow_any_key_for_both) {
    const Schema open =
        protocol(R"({"properties": {"log": {"type": "object", "additionalProperties": true}}})");
    const Schema closed = protocol(R"({"properties": {"log": {"properties": {"a": {}}}}})");
    EXPECT_TRUE(joined_site_schema({&open}).property("log")->additional_any);
    EXPECT_TRUE(joined_site_schema({&open, &closed}).property("log")->additional_any);
    EXPECT_TRUE(joined_site_schema({&closed, &open}).property("log")->additional_any);
}

}  // namespace
}  // namespace berth
