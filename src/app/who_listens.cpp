#include <array>
#include <cinttypes>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <string>
#include <system_error>

#include "app/tls_options.hpp"

namespace aggregator::app {
namespace {

namespace fs = std::filesystem;

/// The inode of a listening socket on that port, from the kernel's table of TCP sockets; empty if
/// there is none.
std::string listening_inode(const std::string& table, std::uint16_t port) {
    constexpr const char* kListenState = "0A";
    std::array<char, 8> wanted{};
    std::snprintf(wanted.data(), wanted.size(), ":%04" PRIX16, port);
    std::ifstream lines(table);
    std::string line;
    while (std::getline(lines, line)) {
        std::array<char, 64> local{};
        std::array<char, 4> state{};
        std::array<char, 24> inode{};
        if (std::sscanf(line.c_str(), " %*s %63s %*s %3s %*s %*s %*s %*s %*s %23s", local.data(),
                        state.data(), inode.data()) == 3 &&
            std::string_view(local.data()).ends_with(wanted.data()) &&
            std::string_view(state.data()) == kListenState) {
            return inode.data();
        }
    }
    return {};
}

bool holds(const fs::path& process, const std::string& socket) {
    std::error_code denied;
    for (const auto& entry : fs::directory_iterator(process / "fd", denied)) {
        std::error_code gone;
        if (fs::read_symlink(entry.path(), gone).string() == socket) {
            return true;
        }
    }
    return false;
}

}  // namespace

std::string who_listens(std::uint16_t port) {
    std::string inode = listening_inode("/proc/net/tcp", port);
    if (inode.empty()) {
        inode = listening_inode("/proc/net/tcp6", port);
    }
    if (inode.empty()) {
        return {};
    }
    std::error_code denied;
    for (const auto& process : fs::directory_iterator("/proc", denied)) {
        if (holds(process.path(), "socket:[" + inode + "]")) {
            std::ifstream name_file(process.path() / "comm");
            std::string name;
            std::getline(name_file, name);
            return name + " (pid " + process.path().filename().string() + ")";
        }
    }
    return {};
}

}  // namespace aggregator::app
