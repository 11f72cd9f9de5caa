#include "config/one_shot.h"

#include "config_reading.h"

#include <gmock/gmock.h>

#include <filesystem>
#include <string>

namespace berth {
namespace {

using ::testing::HasSubstr;
using testing::Texts;
using Options = std::vector<std::pair<std::string, std::string>>;

// `berth hello` in an environment, through both phases.
struct Started {
    testing::ShippedPlugins index;
    Diagnostics diagnostics;
    Config config;
    CheckedConfig checked;

    explicit Started(const Texts& variables, const Options& options = {}) {
        const Outside outside = testing::outside_of(variables);
        config = one_shot_config({"hello", options}, outside, diagnostics);
        checked = check_config(config, outside, index, diagnostics);
    }
    std::string said() const { return render_text(diagnostics, false); }
    std::string url() const {
        EXPECT_EQ(said(), "");
        return config.listeners.empty() ? "" : config.listeners.front().address.text();
    }
    const TlsSettings& tls() const {
        EXPECT_EQ(said(), "");
        static const TlsSettings kNone;
        return config.sites.front().tls ? *config.sites.front().tls : kNone;
    }
    // The setting of the plugin in its checked configuration.
    const berth_cfg& setting(const char* name) const {
        EXPECT_EQ(said(), "");
        static const berth_cfg kNone;
        const berth_cfg* plugin = checked.roots.front()->items.front().find("hello");
        return plugin == nullptr || plugin->find(name) == nullptr ? kNone : *plugin->find(name);
    }
};

// The variable's value was refused, and it is said of which variable.
void expect_refused(const std::string& name, const std::string& value) {
    const Started started(Texts{{name, value}});
    ASSERT_EQ(started.diagnostics.error_count(), 1u) << name << '=' << value << started.said();
    EXPECT_NE(started.said().find(name), std::string::npos) << started.said();
}

TEST(OneShot, needs_nothing) {
    const Started started(Texts{});
    EXPECT_EQ(started.url(), "http://127.0.0.1:8080");
    EXPECT_TRUE(started.config.one_shot);
    EXPECT_EQ(started.config.machine.worker_count, 1u);
    EXPECT_EQ(started.config.sites.front().name, "hello");
    EXPECT_EQ(started.setting("message").text, "Hello World");
}

TEST(OneShot, host_and_port_say_where) {
    EXPECT_EQ(Started(Texts{{"PORT", "9090"}}).url(), "http://127.0.0.1:9090");
    EXPECT_EQ(Started(Texts{{"PORT", "0"}}).url(), "http://127.0.0.1:0");
    EXPECT_EQ(Started(Texts{{"HOST", "0.0.0.0"}, {"PORT", "80"}}).url(), "http://0.0.0.0:80");
    EXPECT_EQ(Started(Texts{{"HOST", "::1"}}).url(), "http://[::1]:8080");
    EXPECT_EQ(Started(Texts{{"HOST", "[::1]"}}).url(), "http://[::1]:8080");
    EXPECT_EQ(Started(Texts{{"HOST", "localhost"}}).url(), "http://localhost:8080");
}

TEST(OneShot, wrong_hosts_and_ports_are_named) {
    for (const char* port : {"http", "65536", "-1", "80 ", "1e3"}) {
        expect_refused("PORT", port);
    }
    expect_refused("HOST", "a b");
    expect_refused("HOST", "1.2.3.4.5");
}

TEST(OneShot, ipv6_listens_on_the_other_loopback) {
    EXPECT_EQ(Started(Texts{{"IPV6", "1"}}).url(), "http://[::1]:8080");
    EXPECT_EQ(Started(Texts{{"IPV6", "0"}}).url(), "http://127.0.0.1:8080");
    EXPECT_EQ(Started(Texts{{"IPV6", "true"}, {"HOST", "::"}}).url(), "http://[::]:8080");
    EXPECT_EQ(Started(Texts{{"IPV6", "1"}, {"HOST", "127.0.0.1"}}).diagnostics.error_count(), 1u);
    expect_refused("IPV6", "maybe");
}

TEST(OneShot, unix_path_alone_is_enough) {
    EXPECT_EQ(Started(Texts{{"UNIX_PATH", "/tmp/x.sock"}}).url(), "http://unix:/tmp/x.sock");
    EXPECT_EQ(Started(Texts{{"UNIX_PATH", "/tmp/x.sock"}, {"HOST", "unix"}, {"PORT", "80"}}).url(),
              "http://unix:/tmp/x.sock");
    EXPECT_TRUE(Started(Texts{{"HOST", "unix"}}).diagnostics.has_errors());
    EXPECT_TRUE(Started(Texts{{"UNIX_PATH", "x.sock"}}).diagnostics.has_errors());
}

TEST(OneShot, ssl_without_files_is_self_signed) {
    const Started started(Texts{{"SSL", "1"}});
    EXPECT_EQ(started.url(), "https://127.0.0.1:8080");
    EXPECT_TRUE(started.config.sites.front().tls);
    EXPECT_TRUE(started.tls().certificates.empty());
    EXPECT_FALSE(Started(Texts{{"SSL", "0"}}).config.sites.front().tls);
    expect_refused("SSL", "perhaps");
}

TEST(OneShot, key_and_cer_file_are_relative_to_where_it_was_started) {
    const Started started(Texts{{"SSL", "1"}, {"KEY_FILE", "a.key"}, {"CER_FILE", "/etc/a.pem"}});
    ASSERT_EQ(started.tls().certificates.size(), 1u);
    const TlsCertificate& pair = started.tls().certificates.front();
    EXPECT_EQ(pair.key_file, (std::filesystem::current_path() / "a.key").string());
    EXPECT_EQ(pair.cert_file, "/etc/a.pem");
}

TEST(OneShot, key_and_cer_data_are_pem_with_written_line_ends) {
    const Started started(
        Texts{{"SSL", "1"}, {"KEY_DATA", "-----BEGIN K\\nx"}, {"CER_DATA", "-----BEGIN C\ny"}});
    ASSERT_EQ(started.tls().certificates.size(), 1u);
    EXPECT_EQ(started.tls().certificates.front().key_pem, "-----BEGIN K\nx");
    EXPECT_EQ(started.tls().certificates.front().cert_pem, "-----BEGIN C\ny");
}

TEST(OneShot, half_a_certificate_is_refused) {
    EXPECT_NE(Started(Texts{{"SSL", "1"}, {"KEY_FILE", "a"}}).said().find("CER_FILE is not"),
              std::string::npos);
    EXPECT_EQ(Started(Texts{{"SSL", "1"}, {"KEY_FILE", "a"}}).diagnostics.error_count(), 1u);
    EXPECT_NE(Started(Texts{{"SSL", "1"}, {"CER_FILE", "a"}}).said().find("KEY_FILE is not"),
              std::string::npos);
}

TEST(OneShot, a_private_key_is_never_shown) {
    const Started started(Texts{{"SSL", "1"}, {"KEY_DATA", "-----BEGIN K\\nhunter2"}});
    EXPECT_TRUE(started.diagnostics.has_errors());
    EXPECT_EQ(started.said().find("hunter2"), std::string::npos) << started.said();
    const Started typo(Texts{{"PORT", "x"}, {"KEY_DATA", "hunter2"}});
    EXPECT_EQ(typo.said().find("hunter2"), std::string::npos) << typo.said();
}

TEST(OneShot, mistakes_are_shown_in_the_words_of_the_user) {
    const auto said = [](const Texts& variables, const Options& options) {
        return Started(variables, options).said();
    };
    EXPECT_THAT(said({}, {{"key", "a"}, {"tls", "true"}}),
                HasSubstr("--key is set, but --cert is not"));
    EXPECT_THAT(said({}, {{"key", "a"}}), HasSubstr("--key is set, but --tls is not"));
    EXPECT_THAT(said({}, {{"prot", "80"}}),
                HasSubstr(" 1 | berth hello --prot 80\n"
                          "   |             ^^^^^^\n"
                          "   = did you mean '--port'?"));
    EXPECT_THAT(said({}, {{"tls", "true"}, {"port", "x"}}),
                HasSubstr(" 1 | berth hello --tls --port x\n"
                          "   |                          ^\n"));
    EXPECT_THAT(said({}, {{"mesage", "x"}}), HasSubstr("did you mean 'message'?"));
}

TEST(OneShot, an_argument_is_shown_without_the_name_of_its_setting) {
    const auto said = [](const Texts& variables, const Options& options) {
        OneShot command{"hello", options};
        command.argument = {"message", "BASE_TEXT"};
        Diagnostics diagnostics;
        const Outside outside = testing::outside_of(variables);
        testing::ShippedPlugins index;
        check_config(one_shot_config(command, outside, diagnostics), outside, index, diagnostics);
        return render_text(diagnostics, false);
    };
    const Options options{{"message", "my text"}, {"port", "x"}};
    EXPECT_THAT(said({}, options), HasSubstr(" 1 | berth hello my text --port x\n"));
    EXPECT_EQ(said({{"BASE_TEXT", "x"}}, {}), "");
}

TEST(OneShot, certificates_without_ssl_are_warned_about) {
    const Started started(Texts{{"KEY_FILE", "a"}, {"CER_FILE", "b"}});
    EXPECT_FALSE(started.diagnostics.has_errors());
    EXPECT_EQ(started.diagnostics.warning_count(), 2u);
    EXPECT_NE(started.said().find("set SSL=1"), std::string::npos);
}

TEST(OneShot, ssl_contexts_are_certificates_by_name) {
    const Started started(Texts{
        {"SSL", "1"}, {"SSL_CONTEXTS", R"({"localhost": {"key_file": "/k", "cer_file": "/c"}})"}});
    EXPECT_EQ(started.said(), "");
    const auto& names = started.config.sites.front().tls_names;
    ASSERT_EQ(names.size(), 1u);
    EXPECT_EQ(names.front().first, "localhost");
    EXPECT_EQ(names.front().second.certificates.front().key_file, "/k");
    EXPECT_EQ(names.front().second.certificates.front().cert_file, "/c");
}

TEST(OneShot, wrong_ssl_contexts_are_named) {
    for (const char* json : {"{nonsense",
                             "[]",
                             "7",
                             R"({"localhost": 7})",
                             R"({"localhost": {"key": "/k"}})",
                             R"({"localhost": {"key_file": "/k"}})",
                             R"({"a b": {"key_file": "/k", "cer_file": "/c"}})",
                             R"({"localhost": {"key_file": {}, "cer_file": []}})"}) {
        const Started started(Texts{{"SSL", "1"}, {"SSL_CONTEXTS", json}});
        EXPECT_TRUE(started.diagnostics.has_errors()) << json;
        EXPECT_NE(started.said().find("SSL_CONTEXTS"), std::string::npos) << started.said();
    }
}

TEST(OneShot, clients_may_have_to_show_certificates) {
    const std::string fingerprint(64, 'a');
    const Started started(Texts{{"SSL", "1"},
                                {"SSL_VERIFY", "1"},
                                {"CA_FILE", "/ca.pem"},
                                {"SSL_HOST", "client.test"},
                                {"SSL_FINGERPRINT", fingerprint}});
    EXPECT_EQ(started.tls().client_ca_file, "/ca.pem");
    EXPECT_EQ(started.tls().client_cert, TlsSettings::ClientCert::kRequired);
    EXPECT_EQ(started.tls().client_hosts, std::vector<std::string>{"client.test"});
    EXPECT_EQ(started.tls().client_fingerprints, std::vector<std::string>{fingerprint});
    EXPECT_EQ(Started(Texts{{"SSL", "1"}, {"SSL_VERIFY", "1"}}).diagnostics.error_count(), 1u);
    EXPECT_EQ(Started(Texts{{"SSL", "1"}, {"CA_FILE", "/ca.pem"}}).tls().client_cert,
              TlsSettings::ClientCert::kNone);
}

TEST(OneShot, children_are_workers) {
    EXPECT_EQ(Started(Texts{{"CHILDREN", "4"}}).config.machine.worker_count, 4u);
    EXPECT_EQ(Started(Texts{{"CHILD", "2"}}).config.machine.worker_count, 2u);
    EXPECT_EQ(Started(Texts{{"CHILDREN", "0"}}).config.machine.worker_count, 1u);
    for (const char* value : {"-1", "257", "many", "1.5"}) {
        expect_refused("CHILDREN", value);
    }
}

TEST(OneShot, backlog_is_passed_on) {
    EXPECT_EQ(Started(Texts{{"BACKLOG", "5"}}).config.machine.backlog, 5);
    expect_refused("BACKLOG", "65536");
    expect_refused("BACKLOG", "all");
}

TEST(OneShot, allowed_lists_networks) {
    const Started started(Texts{{"ALLOWED", "10.0.0.0/8;127.0.0.1;"}});
    EXPECT_EQ(started.said(), "");
    EXPECT_EQ(started.config.sites.front().connections.allow,
              (std::vector<std::string>{"10.0.0.0/8", "127.0.0.1"}));
    EXPECT_TRUE(Started(Texts{{"ALLOWED", "home"}}).diagnostics.has_errors());
}

TEST(OneShot, middleware_names_filters_of_connections) {
    const Started started(Texts{{"MIDDLEWARE", "blacklist;proxy"}});
    EXPECT_EQ(started.said(), "");
    const RawMember* filters = started.config.sites.front().raw.find("connection_filters");
    ASSERT_NE(filters, nullptr);
    ASSERT_EQ(filters->value.items.size(), 2u);
    EXPECT_EQ(filters->value.items[0].text, "blacklist");
    EXPECT_EQ(filters->value.items[1].text, "proxy_protocol");
}

TEST(OneShot, middleware_that_does_not_exist_is_refused) {
    const Started started(Texts{{"MIDDLEWARE", "flood;dummy;own"}});
    EXPECT_EQ(started.diagnostics.error_count(), 2u) << started.said();
    EXPECT_NE(started.said().find("write a site file with access_log"), std::string::npos);
}

TEST(OneShot, poll_and_its_timeout) {
    EXPECT_EQ(Started(Texts{{"POLL", "poll"}}).config.machine.poll, "poll");
    EXPECT_EQ(Started(Texts{{"POLL", "EPOLL"}}).config.machine.poll, "epoll");
    expect_refused("POLL", "kqueue");
    EXPECT_EQ(Started(Texts{{"POLL_TIMEOUT", "0.25"}}).config.machine.poll_timeout_ms, 250);
    EXPECT_EQ(Started(Texts{{"POLL_TIMEOUT", "-1"}}).config.machine.poll_timeout_ms, -1);
    EXPECT_EQ(Started(Texts{}).config.machine.poll_timeout_ms, -1);
    for (const char* value : {"-2", "soon", "nan", "3601", "1s"}) {
        expect_refused("POLL_TIMEOUT", value);
    }
}

TEST(OneShot, level_is_a_name_or_the_number_of_python) {
    for (const auto& [level, meant] : testing::Texts{{"DEBUG", "debug"},
                                                     {"info", "info"},
                                                     {"WARN", "warning"},
                                                     {"WARNING", "warning"},
                                                     {"CRITICAL", "error"},
                                                     {"10", "debug"},
                                                     {"20", "info"},
                                                     {"30", "warning"},
                                                     {"40", "error"}}) {
        EXPECT_EQ(Started(Texts{{"LEVEL", level}}).config.machine.log_level, meant) << level;
    }
    expect_refused("LEVEL", "LOUD");
}

TEST(OneShot, setuid_names_the_user) {
    EXPECT_EQ(Started(Texts{{"SETUID", "nobody"}}).config.machine.user, "nobody");
}

TEST(OneShot, an_empty_variable_is_not_set) {
    EXPECT_EQ(Started(Texts{{"PORT", ""}, {"SSL", ""}, {"CHILDREN", ""}}).url(),
              "http://127.0.0.1:8080");
}

TEST(OneShot, the_plugins_own_variables_count) {
    EXPECT_EQ(Started(Texts{{"MESSAGE", "Hi: #1 \"x\""}}).setting("message").text, "Hi: #1 \"x\"");
    EXPECT_EQ(Started(Texts{{"KEEP_ALIVE", "0"}}).setting("keep_alive").i64, 0);
    EXPECT_EQ(Started(Texts{{"KEEP_ALIVE", "1"}}).setting("keep_alive").i64, 1);
    EXPECT_EQ(Started(Texts{}).setting("keep_alive").i64, 1);
    expect_refused("KEEP_ALIVE", "sometimes");
}

TEST(OneShot, h2c_is_a_setting_of_the_site) {
    for (const auto& [value, on] : std::map<std::string, int64_t>{{"1", 1}, {"0", 0}}) {
        const Started started(Texts{{"H2C", value}});
        EXPECT_EQ(started.said(), "");
        EXPECT_EQ(started.checked.roots.front()->items.front().find("h2c")->i64, on);
    }
    expect_refused("H2C", "maybe");
}

TEST(OneShot, one_user_is_let_in_files_may_be_large_and_requests_are_shown) {
    OneShot command{"hello", {}};
    command.user = "ada";
    command.password_hash = "$y$j9T$x$y";
    command.large_bodies = true;
    command.shows_requests = true;
    Diagnostics diagnostics;
    const Config config = one_shot_config(command, testing::outside_of({}), diagnostics);
    const RawNode& site = config.sites.front().raw;
    EXPECT_EQ(site.find("limits")->value.find("body")->value.text, "16GiB");
    EXPECT_EQ(site.find("access_log")->value.find("format")->value.text, "short");
    EXPECT_EQ(config.machine.log_level, "warning");
    const RawNode& filter = site.find("filters")->value.items.front();
    const RawNode& users = filter.find("auth")->value.find("basic")->value.find("users")->value;
    EXPECT_EQ(users.find("ada")->value.text, "$y$j9T$x$y");
}

TEST(OneShot, options_win_over_variables) {
    EXPECT_EQ(Started(Texts{{"PORT", "1"}}, {{"port", "2"}}).url(), "http://127.0.0.1:2");
    EXPECT_EQ(Started(Texts{}, {{"workers", "3"}}).config.machine.worker_count, 3u);
    EXPECT_EQ(Started(Texts{}, {{"tls", "1"}}).url(), "https://127.0.0.1:8080");
    EXPECT_EQ(
        Started(Texts{{"MESSAGE", "variable"}}, {{"message", "option"}}).setting("message").text,
        "option");
    EXPECT_EQ(Started(Texts{}, {{"keep-alive", "false"}}).setting("keep_alive").i64, 0);
}

TEST(OneShot, a_wrong_option_is_shown_on_its_command_line) {
    const Started wrong(Texts{}, {{"port", "many"}});
    EXPECT_EQ(wrong.diagnostics.sorted().front().place.text(), "command line:1:20");
    EXPECT_NE(wrong.said().find("berth hello --port many"), std::string::npos);
    const Started unknown(Texts{}, {{"mesage", "Hi"}});
    EXPECT_NE(unknown.said().find("did you mean 'message'?"), std::string::npos);
}

TEST(OneShot, all_mistakes_are_reported_at_once) {
    EXPECT_EQ(Started(Texts{{"PORT", "x"}, {"CHILDREN", "x"}, {"POLL", "x"}, {"LEVEL", "x"}})
                  .diagnostics.error_count(),
              4u);
}

}  // namespace
}  // namespace berth
