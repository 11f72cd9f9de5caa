// An accepted connection for tests of connection filters.
#pragma once

#include "support/fake_host.h"

#include "berth/conn_filter.h"
#include "berth/cpp/address.hpp"

#include <gtest/gtest.h>

#include <string>
#include <string_view>

namespace berth::testing {

// One instance of the only factory of a module, in a fake host.
class ConnFilterFixture : public ::testing::Test {
protected:
    // The plugin that this test is linked with.
    ConnFilterFixture() { EXPECT_EQ(host.load(*berth_module_v1()), BERTH_OK); }

    berth_status configure(const char* name, const berth_cfg& settings) {
        ops_ = static_cast<const berth_conn_filter_ops*>(
            host.factory(BERTH_CONN_FILTER_KIND, name)->ops);
        return host.create(BERTH_CONN_FILTER_KIND, name, settings, &inst_);
    }

    // peer: empty for a Unix socket.
    static berth_conn conn_of(std::string_view peer) {
        berth_conn conn{};
        conn.h = BERTH_HDR(berth_conn);
        conn.peer = peer.empty() ? berth_ip{} : *sdk::parse_ip(peer);
        conn.transport = peer.empty() ? BERTH_TRANSPORT_UNIX : BERTH_TRANSPORT_TCP;
        return conn;
    }
    berth_status accept(std::string_view peer) {
        berth_conn conn = conn_of(peer);
        return ops_->on_accept(inst_, &conn);
    }
    berth_status show(berth_conn& conn, std::string_view bytes, size_t& used) {
        return ops_->on_bytes(
            inst_, &conn, reinterpret_cast<const uint8_t*>(bytes.data()), bytes.size(), &used);
    }

    FakeHost host;

private:
    const berth_conn_filter_ops* ops_ = nullptr;
    void* inst_ = nullptr;
};

}  // namespace berth::testing
