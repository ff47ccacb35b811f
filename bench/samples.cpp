#include "samples.hpp"

#include <cstdio>
#include <cstdlib>

#include <aggregator/component/component.hpp>
#include <aggregator/config/load.hpp>

namespace aggregator::bench {

const std::string& browser_request() {
    static const std::string text =
        "GET /shop/orders/4711?page=2&sort=date HTTP/1.1\r\n"
        "Host: shop.example.com\r\n"
        "User-Agent: Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0\r\n"
        "Accept: application/json, text/plain, */*\r\n"
        "Accept-Language: en-GB,en;q=0.7,de;q=0.3\r\n"
        "Accept-Encoding: gzip, deflate, br, zstd\r\n"
        "Referer: https://shop.example.com/account/orders\r\n"
        "Origin: https://shop.example.com\r\n"
        "Connection: keep-alive\r\n"
        "Cookie: session=0a1b2c3d4e5f60718293a4b5c6d7e8f9; theme=dark; consent=necessary\r\n"
        "Sec-Fetch-Dest: empty\r\n"
        "Sec-Fetch-Mode: cors\r\n"
        "Sec-Fetch-Site: same-origin\r\n"
        "X-Request-Id: 6f1c2a52-8d5e-4f7e-9e57-0f5f6d7c8b9a\r\n"
        "\r\n";
    return text;
}

std::string nginx_response() {
    std::string text =
        "HTTP/1.1 200 OK\r\n"
        "Server: nginx/1.22.1\r\n"
        "Date: Thu, 01 Jan 2026 12:00:00 GMT\r\n"
        "Content-Type: application/json\r\n"
        "Content-Length: ";
    text += std::to_string(kUser.size());
    text += "\r\nConnection: keep-alive\r\n\r\n";
    return text.append(kUser);
}

std::string large_body(std::size_t bytes_min) {
    std::string text = R"({"orders":[)";
    for (int id = 0; text.size() < bytes_min; ++id) {
        text += id == 0 ? "" : ",";
        text += R"({"id":)" + std::to_string(id) + R"(,"total":20.25,"note":"left at the door",)";
        text += R"("items":[{"sku":"a-100","count":3},{"sku":"b-200","count":1}],"paid":true})";
    }
    return text + "]}";
}

std::shared_ptr<const plan::Plan> plan_of(const std::string& text) {
    config::Loaded loaded = config::load_text(text, "bench.json", {}, component::readers());
    auto plan = plan::compile(loaded, loaded.diagnostics);
    if (plan == nullptr) {
        for (const reading::Diagnostic& diagnostic : loaded.diagnostics) {
            std::fprintf(stderr, "%s\n", reading::to_text(diagnostic).c_str());
        }
        std::exit(1);
    }
    return plan;
}

}  // namespace aggregator::bench
