// Memory that is exhausted when the disk or the pool has answered costs a request, not the worker.
#include "file_fixture.h"
#include "support/allocation_sweep.h"

#include <string>

namespace {

using berth::testing::FakeStream;
using berth::testing::status_of_answer;

class MemoryExhausted : public berth::testing::FileFixture {
protected:
    // Asks for something that waits for one answer after so many others. After that answer, the
    // n-th allocation fails; those before are the fake's.
    void sweep(const std::string& path, int expected, int others, int fakes) {
        berth::testing::sweep_allocations(3, [&](int n) {
            const std::string folder = "folder" + std::to_string(n);  // no page is kept of it
            files.put(folder + "/file", "x");
            const std::string request = "GET /" + folder + path + " HTTP/1.1\r\nHost: a\r\n\r\n";
            FakeStream& stream = connect();
            stream.output.reserve(1 << 16);
            files.answers_later = true;
            stream.receive(request);
            for (int i = 0; i < others; ++i) {
                files.answer_one();
            }
            berth::testing::fail_allocation(n + fakes);
            files.answer_one();
            host.run();
            const bool failed = berth::testing::has_failed_allocation();
            const int status = status_of_answer(stream.output);
            EXPECT_TRUE(status == expected || (failed && (status == 500 || stream.gone))) << status;
            files.answers_later = false;
            return failed;
        });
    }
};

TEST_F(MemoryExhausted, costs_a_listing) {
    serve_files({{"list_dirs", true}});
    sweep("/", 200, 1, 1);
}

TEST_F(MemoryExhausted, costs_the_answer_that_nothing_is_there) {
    serve_files();
    sweep("/none", 404, 0, 1);
}

}  // namespace
