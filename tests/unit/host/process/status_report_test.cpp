#include "process/status_report.h"

#include "fake_generation.h"
#include "process/metrics_report.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace berth {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

class StatusReportTest : public ::testing::Test {
protected:
    void serve(unsigned workers = 2) {
        fake_.serve(workers);
        generations_.push_back(std::move(fake_.generation));
    }
    ~StatusReportTest() override {
        if (!generations_.empty()) {
            fake_.generation = std::move(generations_.front());
        }
    }
    StatusFacts facts() const {
        const Generation* serving = generations_.empty() ? nullptr : generations_.front().get();
        return {generations_, fake_.table, fake_.resources, reload_, serving, 1'000, 8'041'000};
    }
    ScoreboardRow& row(size_t slot) {
        return fake_.scoreboard.row(generations_[0]->workers()[slot]->row());
    }

    FakeGeneration fake_;
    std::vector<std::unique_ptr<Generation>> generations_;
    Reload reload_;
};

TEST_F(StatusReportTest, text_says_what_serves_since_when) {
    serve();
    const std::string text = status_text(facts());
    EXPECT_THAT(text, HasSubstr("generation 1   up 2 h 14 min   2 workers"));
    EXPECT_THAT(text, HasSubstr("good            http://127.0.0.1:"));
    EXPECT_THAT(text, Not(HasSubstr("!")));
}

TEST_F(StatusReportTest, one_worker_is_one) {
    serve(1);
    EXPECT_THAT(status_text(facts()), HasSubstr("   1 worker\n"));
}

TEST_F(StatusReportTest, text_shows_a_rejected_reload_and_quarantine) {
    serve();
    reload_.begin(8'000'000);
    reload_.finish(false, 8'000'000);
    for (int i = 0; i < 3; ++i) {
        fake_.resources.quarantine.record_crash("acme/geo", 1);
    }
    const std::string text = status_text(facts());
    EXPECT_THAT(text, HasSubstr("! the last reload was rejected 41 s ago"));
    EXPECT_THAT(text, HasSubstr("! acme/geo is quarantined"));
}

TEST_F(StatusReportTest, text_of_a_server_without_generations) {
    EXPECT_THAT(status_text(facts()), HasSubstr("generation 0   up 2 h 14 min   0 workers"));
}

TEST_F(StatusReportTest, json_shows_each_worker_with_what_lives_in_it) {
    serve();
    row(0).live_objects[static_cast<size_t>(LiveKind::kConnection)] = 3;
    row(1).live_bytes[static_cast<size_t>(LiveKind::kHeapBlock)] = 8'192;
    row(1).set(Gauge::kConnections, 5);
    const std::string json = status_json(facts());
    EXPECT_THAT(json, HasSubstr(R"("connection": {"objects": 3, "bytes": 0})"));
    EXPECT_THAT(json, HasSubstr(R"("heap_block": {"objects": 0, "bytes": 8192})"));
    EXPECT_THAT(json, HasSubstr(R"("connections": 5)"));
    EXPECT_THAT(json, HasSubstr(R"("state": "ready")"));
    EXPECT_THAT(json, HasSubstr(R"("phase": "serving")"));
    EXPECT_EQ(std::count(json.begin(), json.end(), '{'), std::count(json.begin(), json.end(), '}'));
}

TEST_F(StatusReportTest, changes_of_a_reload_name_sites) {
    Config before, now;
    before.sites.resize(2);
    before.sites[0].name = "kept";
    before.sites[1].name = "gone";
    now.sites.resize(2);
    now.sites[0].name = "kept";
    now.sites[1].name = "new";
    const std::string text = describe_change(before, now, 4, fake_.table);
    EXPECT_EQ(text, "generation 4\n  + site new             \n  - site gone\n");
}

class StatusReportMetrics : public StatusReportTest {
protected:
    std::string line(const std::string& name) const {
        const std::string text = "\n" + metrics_text(facts());
        const size_t at = text.find("\n" + name + " ");
        return at == std::string::npos ? "" : text.substr(at + 1, text.find('\n', at + 1) - at - 1);
    }
};

TEST_F(StatusReportMetrics, sum_what_lives_in_all_workers) {
    serve();
    row(0).live_objects[static_cast<size_t>(LiveKind::kConnection)] = 3;
    row(1).live_objects[static_cast<size_t>(LiveKind::kConnection)] = 4;
    row(0).live_bytes[static_cast<size_t>(LiveKind::kArena)] = 4'096;
    row(0).live_objects[static_cast<size_t>(LiveKind::kFd)] = 10;
    EXPECT_EQ(line("berth_objects_live{type=\"connection\"}"),
              "berth_objects_live{type=\"connection\"} 7");
    EXPECT_EQ(line("berth_bytes_live{pool=\"arena\"}"), "berth_bytes_live{pool=\"arena\"} 4096");
    EXPECT_EQ(line("berth_fds{kind=\"connection\"}"), "berth_fds{kind=\"connection\"} 7");
    EXPECT_EQ(line("berth_fds{kind=\"other\"}"), "berth_fds{kind=\"other\"} 3");
    EXPECT_EQ(line("berth_workers{state=\"ready\"}"), "berth_workers{state=\"ready\"} 2");
}

TEST_F(StatusReportMetrics, every_family_has_its_type_once_and_its_lines_together) {
    *fake_.page->cell(0, "berth_x_total{a=\"1\"}") = 1;
    *fake_.page->cell(0, "berth_xa_total") = 2;
    *fake_.page->cell(1, "berth_x_total{a=\"2\"}") = 3;
    *fake_.page->cell(1, "berth_x_total{a=\"1\"}") = 4;
    const std::string text = metrics_text(facts());
    EXPECT_THAT(
        text,
        HasSubstr(
            "# TYPE berth_x_total counter\nberth_x_total{a=\"1\"} 5\nberth_x_total{a=\"2\"} 3\n"
            "# TYPE berth_xa_total counter\nberth_xa_total 2\n"));
    EXPECT_THAT(text, HasSubstr("# TYPE berth_fds gauge\n"));
    EXPECT_EQ(text.back(), '\n');
}

TEST_F(StatusReportMetrics, names_of_plugins_cannot_forge_lines) {
    *fake_.page->cell(0, "berth_a_total\nforged 1") = 1;
    *fake_.page->cell(0, "berth_b_total{x=\"\"y\"}") = 1;
    *fake_.page->cell(0, "no name") = 1;
    for (int i = 0; i < 3; ++i) {
        fake_.resources.quarantine.record_crash("a\"} 1\nforged 2", 1);
    }
    const std::string text = metrics_text(facts());
    EXPECT_THAT(text, Not(HasSubstr("forged")));
    EXPECT_THAT(text, Not(HasSubstr("berth_b_total")));
    EXPECT_THAT(text, Not(HasSubstr("no name")));
}

}  // namespace
}  // namespace berth
