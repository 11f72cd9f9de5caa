#include "berth/cpp/stream.hpp"

#include <gtest/gtest.h>

#include <functional>
#include <new>
#include <stdexcept>
#include <string>

namespace berth::sdk {
namespace {

// What a stream and its users were asked to do.
struct Record : berth_stream {
    Record() : berth_stream{&kOps} {}

    static void close(berth_stream* stream, berth_status why, std::int32_t) {
        static_cast<Record*>(stream)->told += "close " + std::to_string(why) + ";";
    }
    static constexpr berth_stream_ops kOps = [] {
        berth_stream_ops ops{};
        ops.close = &close;
        return ops;
    }();

    void note(const std::string& what) {
        told += what + ";";
        if (then) {
            then();
        }
    }

    std::string told;
    std::function<void()> then;
};

class Whole {
public:
    explicit Whole(Record& record) : record_(record) {}
    ~Whole() { record_.told += "deleted;"; }

    berth_stream& stream() { return record_; }
    berth_status on_data(berth_rbuf*, std::uint32_t n) {
        record_.note("data " + std::to_string(n));
        return BERTH_OK;
    }
    void on_writable() { record_.note("writable"); }
    void on_tls(berth_status status) { record_.note("tls " + std::to_string(status)); }
    void on_drain(std::uint64_t ms) { record_.note("drain " + std::to_string(ms)); }
    void on_timeout() { record_.note("timeout"); }
    void on_close(berth_status why) { record_.note("closed " + std::to_string(why)); }

private:
    Record& record_;
};

class Bare {
public:
    explicit Bare(Record& record) : record_(record) {}
    ~Bare() { record_.told += "deleted;"; }

    berth_stream& stream() { return record_; }
    berth_status on_data(berth_rbuf*, std::uint32_t) { return BERTH_OK; }

private:
    Record& record_;
};

void call_all(const berth_stream_cb& calls, void* user) {
    calls.on_data(user, nullptr, 2);
    calls.on_writable(user);
    calls.on_tls(user, BERTH_E_TLS);
    calls.on_drain(user, 7);
    calls.on_timeout(user);
    calls.on_close(user, BERTH_E_GONE);
}

TEST(Stream, calls_the_members_of_its_user) {
    Record record;
    call_all(kStreamUser<Whole>, new Whole(record));
    EXPECT_EQ(record.told, "data 2;writable;tls -11;drain 7;timeout;closed -5;deleted;");
}

TEST(Stream, lacks_the_functions_of_absent_members) {
    const berth_stream_cb& calls = kStreamUser<Bare>;
    EXPECT_EQ(calls.h.size, sizeof(berth_stream_cb));
    EXPECT_EQ(calls.on_writable, nullptr);
    EXPECT_EQ(calls.on_tls, nullptr);
    EXPECT_EQ(calls.on_drain, nullptr);
    EXPECT_EQ(calls.on_timeout, nullptr);
    Record record;
    calls.on_close(new Bare(record), BERTH_OK);
    EXPECT_EQ(record.told, "deleted;");
}

TEST(Stream, ends_when_its_user_throws) {
    Record record;
    record.then = [] { throw std::bad_alloc(); };
    auto* const user = new Whole(record);
    EXPECT_EQ(kStreamUser<Whole>.on_data(user, nullptr, 0), BERTH_E_NOMEM);
    record.told.clear();
    call_all(kStreamUser<Whole>, user);
    EXPECT_EQ(record.told,
              "data 2;writable;close -2;tls -11;close -2;drain 7;close -2;timeout;close -2;"
              "closed -5;deleted;");
}

TEST(Stream, ends_when_a_call_for_it_throws) {
    Record record;
    guarded(record, [] {});
    EXPECT_EQ(record.told, "");
    guarded(record, [] { throw std::runtime_error("x"); });
    EXPECT_EQ(record.told, "close -1;");
}

}  // namespace
}  // namespace berth::sdk
