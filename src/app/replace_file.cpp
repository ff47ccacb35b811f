#include "app/replace_file.hpp"

#include <cerrno>
#include <cstdlib>
#include <filesystem>
#include <system_error>

#include <sys/stat.h>
#include <unistd.h>

namespace aggregator::app {

namespace {

namespace fs = std::filesystem;

std::string reason() { return std::generic_category().message(errno); }

/// A file beside the one that it is to replace; gone with this, unless it has done so.
class NewFile {
public:
    explicit NewFile(const fs::path& target)
        : name_((target.parent_path() / ".aggregator-XXXXXX").string()),
          descriptor_(::mkstemp(name_.data())) {}
    ~NewFile() {
        if (descriptor_ >= 0) {
            ::close(descriptor_);
            ::unlink(name_.c_str());
        }
    }
    NewFile(const NewFile&) = delete;
    NewFile& operator=(const NewFile&) = delete;

    /// Each says whether it could be done; `errno` has the reason.
    [[nodiscard]] bool is_open() const { return descriptor_ >= 0; }
    [[nodiscard]] bool write(const std::string& text) const {
        std::size_t done = 0;
        while (done < text.size()) {
            const ssize_t count = ::write(descriptor_, text.data() + done, text.size() - done);
            if (count < 0 && errno != EINTR) {
                return false;
            }
            done += count < 0 ? 0 : static_cast<std::size_t>(count);
        }
        return true;
    }
    [[nodiscard]] bool resemble(const struct ::stat& target) const {
        const bool owned = ::fchown(descriptor_, target.st_uid, target.st_gid) == 0;
        // Another's rights are not to become this user's.
        const ::mode_t kept = owned ? 07777u : 0777u;
        return ::fchmod(descriptor_, target.st_mode & kept) == 0;
    }
    [[nodiscard]] bool replace(const fs::path& target) const {
        return ::fsync(descriptor_) == 0 && ::rename(name_.c_str(), target.c_str()) == 0;
    }

private:
    std::string name_;
    int descriptor_;
};

}  // namespace

std::optional<std::string> replace_file(const std::string& path, const std::string& text) {
    std::error_code failed;
    const fs::path target = fs::canonical(path, failed);
    if (failed) {
        return failed.message();
    }
    struct ::stat status {};
    if (::stat(target.c_str(), &status) != 0 || ::access(target.c_str(), W_OK) != 0) {
        return reason();
    }
    if (!S_ISREG(status.st_mode)) {
        return "it is no regular file";
    }
    const NewFile file(target);
    if (!file.is_open() || !file.write(text) || !file.resemble(status) || !file.replace(target)) {
        return reason();
    }
    return std::nullopt;
}

}  // namespace aggregator::app
