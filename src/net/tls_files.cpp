#include <aggregator/net/tls_files.hpp>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <ctime>
#include <system_error>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "net/tls_error.hpp"
#include "net/tls_identity.hpp"

namespace aggregator::net {
namespace {

using Kind = TlsFileFault::Kind;
using File = TlsFileFault::File;

/// The time at which a certificate begins or ends, in seconds since 1970.
std::int64_t seconds_of(const ASN1_TIME* time) {
    std::tm parts{};
    if (time == nullptr || ASN1_TIME_to_tm(time, &parts) != 1) {
        return 0;
    }
    return static_cast<std::int64_t>(::timegm(&parts));
}

struct Span {
    const X509* certificate = nullptr;
    std::int64_t begins = 0;
    std::int64_t ends = 0;
};

Span span_of(const X509Ptr& certificate) {
    return {certificate.get(), seconds_of(X509_get0_notBefore(certificate.get())),
            seconds_of(X509_get0_notAfter(certificate.get()))};
}

bool can_read(const std::string& path, File file, TlsFileReport& report) {
    const int descriptor = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (descriptor < 0) {
        report.faults.push_back(
            {Kind::Unreadable, file,
             "cannot read '" + path + "': " + std::generic_category().message(errno)});
        return false;
    }
    ::close(descriptor);
    return true;
}

void check_span(const std::string& path, const Span& span, std::int64_t now,
                TlsFileReport& report) {
    const std::string whose =
        "the certificate of '" + path + "' (" + describe_subject(*span.certificate) + ") ";
    if (now > span.ends) {
        report.faults.push_back(
            {Kind::Expired, File::Certificate,
             whose + "expired on " + describe_time(X509_get0_notAfter(span.certificate))});
    } else if (now < span.begins) {
        report.faults.push_back({Kind::Expired, File::Certificate,
                                 whose + "is not valid before " +
                                     describe_time(X509_get0_notBefore(span.certificate))});
    } else if (span.ends - now < kExpiryWarning) {
        const std::int64_t days = (span.ends - now) / (std::int64_t{24} * 60 * 60);
        report.faults.push_back({Kind::ExpiresSoon, File::Certificate,
                                 whose + "expires on " +
                                     describe_time(X509_get0_notAfter(span.certificate)) + ", in " +
                                     std::to_string(days) + (days == 1 ? " day" : " days")});
    }
}

/// The certificates of a readable file; what is wrong with it is reported.
std::vector<X509Ptr> certificates_of(const std::string& path, TlsFileReport& report) {
    base::Result<std::vector<X509Ptr>> loaded = load_certificates(path);
    if (!loaded) {
        report.faults.push_back({Kind::Unusable, File::Certificate, loaded.error().detail});
        return {};
    }
    return std::move(*loaded);
}

void check_mode(const std::string& path, TlsFileReport& report) {
    struct stat status {};
    if (::stat(path.c_str(), &status) == 0 && (status.st_mode & 077) != 0) {
        char mode[8];
        std::snprintf(mode, sizeof mode, "%04o", static_cast<unsigned>(status.st_mode & 07777));
        report.faults.push_back({Kind::ReadableByOthers, File::Key,
                                 "the private key '" + path +
                                     "' is open to other users of this machine: its mode is " +
                                     mode});
    }
}

}  // namespace

TlsFileReport inspect_pair(const TlsKeyPair& pair, std::int64_t now) {
    TlsFileReport report;
    const bool has_key = can_read(pair.private_key, File::Key, report);
    if (has_key) {
        check_mode(pair.private_key, report);
    }
    if (!can_read(pair.certificate, File::Certificate, report)) {
        return report;
    }
    const std::vector<X509Ptr> chain = certificates_of(pair.certificate, report);
    if (chain.empty()) {
        return report;
    }
    std::vector<Span> spans;
    std::transform(chain.begin(), chain.end(), std::back_inserter(spans), span_of);
    const auto first = std::min_element(
        spans.begin(), spans.end(), [](const Span& a, const Span& b) { return a.ends < b.ends; });
    report.expires = first->ends;
    for (const Span& span : spans) {
        check_span(pair.certificate, span, now, report);
    }
    if (has_key) {
        if (const auto identity = load_identity(pair); !identity) {
            report.faults.push_back({Kind::Unusable, File::Key, identity.error().detail});
        }
    }
    return report;
}

TlsFileReport inspect_authorities(const std::string& file, std::int64_t now) {
    TlsFileReport report;
    if (!can_read(file, File::Certificate, report)) {
        return report;
    }
    const std::vector<X509Ptr> all = certificates_of(file, report);
    if (all.empty()) {
        return report;
    }
    std::vector<Span> spans;
    std::transform(all.begin(), all.end(), std::back_inserter(spans), span_of);
    const auto last = std::max_element(
        spans.begin(), spans.end(), [](const Span& a, const Span& b) { return a.ends < b.ends; });
    report.expires = last->ends;
    check_span(file, *last, now, report);
    return report;
}

}  // namespace aggregator::net
