#include "tls/key_file.h"

#include "base/sys.h"
#include "support/temporary_directory.h"
#include "support/test_certificates.h"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

namespace berth {
namespace {

using testing::make_certificate;
using testing::TemporaryDirectory;
using testing::TestCertificate;

// What fstat() says about the owner, whoever runs the test.
struct FakeOwner {
    static inline uid_t user;
    static inline gid_t group;

    static Sys table(uid_t as_user, gid_t as_group) {
        user = as_user;
        group = as_group;
        Sys fake = real_sys();
        fake.fstat = [](int fd, struct stat* facts) {
            const int result = real_sys().fstat(fd, facts);
            facts->st_uid = user;
            facts->st_gid = group;
            return result;
        };
        return fake;
    }
};

TEST(KeyFile, permissions) {
    const KeyFileRules rules{1000, 33};
    const struct {
        unsigned mode;
        uid_t user;
        gid_t group;
        bool allowed;
    } table[] = {
        {0600, 0, 0, true},
        {0400, 0, 0, true},
        {0600, 1000, 1000, true},
        {0640, 0, 33, true},
        {0440, 1000, 33, true},
        {0640, 0, 1000, false},
        {0644, 0, 33, false},
        {0660, 0, 33, false},
        {0604, 0, 0, false},
        {0600, 33, 33, false},
        {0640, 33, 33, false},
        {0601, 0, 0, false},
        {0620, 0, 33, false},
        {0600, 1001, 33, false},
    };
    const TemporaryDirectory directory;
    for (const auto& row : table) {
        const std::string path =
            directory.file("key", "secret", std::filesystem::perms(row.mode | 0400));
        const Sys fake = FakeOwner::table(row.user, row.group);
        const ScopedSys scope(fake);
        const auto key = read_key_file(path, rules);
        EXPECT_EQ(key.ok(), row.allowed) << std::oct << row.mode << " of " << std::dec << row.user;
        if (key.ok()) {
            EXPECT_EQ(key.value().view(), "secret");
        }
    }
}

TEST(KeyFile, errors_give_the_command_that_mends_them) {
    const TemporaryDirectory directory;
    const std::string path = directory.file("key.pem", "secret", std::filesystem::perms(0644));
    const Sys fake = FakeOwner::table(0, 0);
    const ScopedSys scope(fake);
    const auto open = read_key_file(path, {0, 33});
    ASSERT_FALSE(open.ok());
    EXPECT_EQ(open.error().message,
              "key '" + path + "' is open to other users (mode 0644): chmod 0600 '" + path + "'");
    const Sys strange = FakeOwner::table(77, 0);
    const ScopedSys inner(strange);
    const auto strangers = read_key_file(path, {1000, 33});
    ASSERT_FALSE(strangers.ok());
    EXPECT_NE(strangers.error().message.find("chown 1000 '" + path + "'"), std::string::npos)
        << strangers.error().message;
}

TEST(KeyFile, refuses_what_is_no_file) {
    const TemporaryDirectory directory;
    EXPECT_FALSE(read_pem_file(directory.path()).ok());
    const auto missing = read_pem_file(directory.path("missing.pem"));
    ASSERT_FALSE(missing.ok());
    EXPECT_EQ(missing.error().code, ENOENT);
    EXPECT_NE(missing.error().message.find("missing.pem"), std::string::npos);
    ASSERT_EQ(mkfifo(directory.path("pipe").c_str(), 0600), 0);
    EXPECT_FALSE(read_pem_file(directory.path("pipe")).ok()) << "and it does not hang";
    EXPECT_FALSE(read_pem_file(directory.file("large", std::string(1024 * 1024 + 1, 'x'))).ok());
}

TEST(KeyFile, reads_pairs_that_belong_together) {
    const TemporaryDirectory directory;
    const TestCertificate made = make_certificate({}), other = make_certificate({});
    const std::string certificate = directory.file("cert.pem", made.certificate_pem());
    const std::string key = directory.file("key.pem", made.key_pem());
    const std::string strange = directory.file("other.pem", other.key_pem());
    const KeyFileRules rules{getuid(), 0};
    const auto pair = read_key_pair(certificate, key, rules);
    ASSERT_TRUE(pair.ok()) << pair.error().message;
    EXPECT_EQ(pair.value().certificate_name, certificate);
    EXPECT_EQ(pair.value().key_name, key);
    const auto mismatch = read_key_pair(certificate, strange, rules);
    ASSERT_FALSE(mismatch.ok());
    EXPECT_NE(mismatch.error().message.find("do not belong together"), std::string::npos);
}

TEST(KeyFile, one_file_may_hold_both) {
    const TemporaryDirectory directory;
    const TestCertificate made = make_certificate({}), chain = make_certificate({});
    const std::string file = directory.file(
        "both.pem", made.certificate_pem() + made.key_pem() + chain.certificate_pem());
    const auto pair = read_key_pair(file, file, {getuid(), 0});
    ASSERT_TRUE(pair.ok()) << pair.error().message;
    EXPECT_EQ(pair.value().certificate_pem, made.certificate_pem() + chain.certificate_pem())
        << "the public half does not carry the key about";
}

TEST(KeyFile, short_reads_and_signals_do_not_matter) {
    static int calls;
    calls = 0;
    Sys table = real_sys();
    table.read = [](int fd, void* into, size_t size) -> ssize_t {
        return ++calls % 2 == 1 ? (errno = EINTR, -1)
                                : real_sys().read(fd, into, std::min<size_t>(size, 3));
    };
    const ScopedSys scope(table);
    const TemporaryDirectory directory;
    const auto bytes = read_pem_file(directory.file("file", "0123456789"));
    ASSERT_TRUE(bytes.ok());
    EXPECT_EQ(bytes.value(), "0123456789");
}

}  // namespace
}  // namespace berth
