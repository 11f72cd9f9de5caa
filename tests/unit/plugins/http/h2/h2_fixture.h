// The http plugin on connections that speak HTTP/2, and the client's view of them.
#pragma once

#include "http_fixture.h"
#include "support/h2_wire.h"

#include <string>
#include <string_view>

namespace berth::http {

namespace h2 = testing::h2;

// A client that has sent its preface.
class H2Client {
public:
    explicit H2Client(FakeStream& opened) : stream(opened) {}

    H2Client& send(std::string_view bytes) {
        if (!stream.gone && !stream.closing) {
            stream.receive(bytes);
        }
        read();
        return *this;
    }
    void read() { answers.read(stream.output); }
    h2::Answers::Stream& operator[](uint32_t id) { return answers.streams[id]; }
    // The error that the connection ended with, -1 while it goes on.
    int64_t error() const {
        return stream.gone && !answers.goaways.empty() ? int64_t{answers.goaways.back()} : -1;
    }

    FakeStream& stream;
    h2::Answers answers;
};

class H2Fixture : public HttpFixture {
protected:
    H2Client open_h2(std::string_view preface = h2::preface()) {
        if (!configured_) {
            configured_ = true;
            configure({{"h2c", true}});
        }
        H2Client client(connect());
        client.send(preface);
        return client;
    }
    bool configured_ = false;
};

}  // namespace berth::http
