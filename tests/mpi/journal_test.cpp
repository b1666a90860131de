// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors
// ranks: 1

// The journal of a batch: what it keeps, what it refuses, and what is left of it after a process was killed,
// a write failed, or the file was cut, flipped and spliced. The bytes it is compared with are made here, by
// other code; the system's calls that write and sync are counted here, and made to fail.

#include <dad/mpi/journal.hpp>

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <deque>
#include <filesystem>
#include <fstream>
#include <map>
#include <new>
#include <random>
#include <sstream>
#include <string>
#include <thread>
#include <vector>

#include "mpi/ranks.hpp"
#include "mpi/temporary_folder.hpp"

namespace {

std::size_t largest_allocation = 0;

/// What the system is made to do, and did.
struct system_calls {
  std::deque<long> next_writes;  // each: at most so many bytes, or, if negative, that error
  int writes = 0;
  int file_syncs = 0;
  int other_syncs = 0;
};
system_calls calls;

}  // namespace

// Out of line, so that the compiler cannot pair its malloc with an operator delete, and warn.
[[gnu::noinline]] void* operator new(std::size_t size) {
  largest_allocation = std::max(largest_allocation, size);
  if (void* const p = std::malloc(size == 0 ? 1 : size)) return p;
  throw std::bad_alloc();
}
[[gnu::noinline]] void operator delete(void* p) noexcept { std::free(p); }
[[gnu::noinline]] void operator delete(void* p, std::size_t) noexcept { std::free(p); }

// These take the place of the C library's.
extern "C" ssize_t pwritev(int fd, const iovec* blocks, int count, off_t offset) {
  ++calls.writes;
  if (calls.next_writes.empty()) return syscall(SYS_pwritev, fd, blocks, count, offset, 0);
  const long what = calls.next_writes.front();
  calls.next_writes.pop_front();
  if (what < 0) {
    errno = static_cast<int>(-what);
    return -1;
  }
  std::string bytes;
  for (int i = 0; i < count; ++i)
    bytes.append(static_cast<const char*>(blocks[i].iov_base), blocks[i].iov_len);
  return pwrite(fd, bytes.data(), std::min(bytes.size(), static_cast<std::size_t>(what)), offset);
}
extern "C" int fdatasync(int) {
  ++calls.file_syncs;
  return 0;
}
extern "C" int fsync(int) {
  ++calls.other_syncs;
  return 0;
}

namespace {

using dad::mpi::detail::index_range;
using dad::mpi::detail::journal;
using dad::mpi::detail::journal_identity;
using ranks::has;
using ranks::message_of;
namespace fs = std::filesystem;

void make_file(const std::string& path, const std::string& bytes) {
  std::ofstream(path, std::ios::binary | std::ios::trunc) << bytes;
}

std::span<const std::byte> as_bytes(const std::string& text) { return std::as_bytes(std::span(text)); }

// --- the format, by other code ---

std::uint64_t crc64(const std::string& bytes) {
  std::uint64_t crc = ~std::uint64_t{0};
  for (const char c : bytes) {
    crc ^= static_cast<unsigned char>(c);
    for (int bit = 0; bit < 8; ++bit) crc = (crc >> 1) ^ ((crc & 1u) != 0 ? 0xc96c5795d7870f42u : 0u);
  }
  return ~crc;
}
template <class T>
std::string raw(T number) {
  return {reinterpret_cast<const char*>(&number), sizeof number};
}
std::string raw(const std::string& text) { return raw(std::uint64_t{text.size()}) + text; }

std::string raw_header(const journal_identity& call, std::uint32_t version = 2) {
  const std::string strings = raw(call.routine) + raw(call.function) + raw(call.arguments);
  const std::string machine = {sizeof(void*), sizeof(long), sizeof(long double),
                               std::numeric_limits<long double>::digits};
  const std::string text = std::string(
                               "\x89"
                               "dadj\r\n\x1a") +
                           raw(std::uint32_t{0x01020304}) + raw(version) + machine + std::string(4, '\0') +
                           raw(std::uint64_t{56 + strings.size() + 8}) + raw(call.inputs) + raw(call.count) +
                           raw(call.grain) + strings;
  return text + raw(crc64(text));
}

std::string checksum_of_call(const journal_identity& call) {
  const std::string header = raw_header(call);
  return header.substr(header.size() - 8);
}

/// A record whose checksums fit wherever its numbers do not.
std::string raw_record(const journal_identity& call, std::uint64_t offset, std::uint64_t begin,
                       std::uint64_t end, const std::string& payload, std::uint64_t claimed_bytes) {
  const std::string numbers = raw(begin) + raw(end) + raw(claimed_bytes) + raw(crc64(payload));
  return numbers + raw(crc64(checksum_of_call(call) + raw(offset) + numbers)) + payload;
}
std::string raw_record(const journal_identity& call, std::uint64_t offset, std::uint64_t begin,
                       std::uint64_t end, const std::string& payload) {
  return raw_record(call, offset, begin, end, payload, payload.size());
}

// --- a small journal ---

const journal_identity call = {.routine = "batch_eval",
                               .function = "pricing::{lambda(auto:1 const&)#1}",
                               .arguments = "std::vector<double>",
                               .inputs = 0x123456789abcdef0u,
                               .count = 18,
                               .grain = 4};

/// As chunks finish: in no order, the last one shorter than the grain.
const std::vector<index_range> chunks = {{4, 8}, {16, 18}, {0, 4}, {8, 16}};

std::string payload_of(index_range range) {
  if (range.begin == 0) return {};
  std::string payload;
  for (std::size_t i = 0; i < 2 * range.end; ++i)
    payload += static_cast<char>(i % 3 == 0 ? 0 : 31 * i + range.begin);
  return payload;
}

std::string small_journal(std::size_t records = chunks.size()) {
  std::string file = raw_header(call);
  for (std::size_t i = 0; i < records; ++i)
    file += raw_record(call, file.size(), chunks[i].begin, chunks[i].end, payload_of(chunks[i]));
  return file;
}

using contents = std::map<std::size_t, std::pair<std::size_t, std::string>>;  // begin -> end, payload

contents contents_of(const journal& j) {
  contents all;
  for (const auto& record : j.found()) {
    CHECK((all.empty() || all.rbegin()->first < record.range.begin));
    all[record.range.begin] = {record.range.end,
                               {reinterpret_cast<const char*>(record.payload.data()), record.payload.size()}};
  }
  return all;
}
contents first_chunks(std::size_t records) {
  contents all;
  for (std::size_t i = 0; i < records; ++i) all[chunks[i].begin] = {chunks[i].end, payload_of(chunks[i])};
  return all;
}

void append(journal& j, index_range range) {
  const std::string payload = payload_of(range);
  j.append(range, as_bytes(payload));
}

/// The message of an opening that must be refused and must not touch the file.
std::string refusal(const std::string& path, const journal_identity& of = call) {
  const std::string before = text_of(path);
  const std::string message = message_of<dad::mpi::error>([&] { const journal j(path, of); });
  CHECK(text_of(path) == before);
  CHECK((message == "nothing" || has(message, path)));
  return message;
}
std::string refusal(const std::string& path, const std::string& bytes) {
  make_file(path, bytes);
  return refusal(path);
}

/// What fn returns in a child of this process.
template <class Fn>
std::string in_child(Fn&& fn) {
  int ends[2] = {};
  if (pipe(ends) != 0) return "no pipe";
  const pid_t child = fork();
  if (child == 0) {
    std::string text;
    try {
      text = fn();
    } catch (const std::exception& e) {
      text = std::string("thrown: ") + e.what();
    }
    const bool wrote = write(ends[1], text.data(), text.size()) == static_cast<ssize_t>(text.size());
    _exit(wrote ? 0 : 1);
  }
  close(ends[1]);
  std::string text;
  char block[512];
  for (ssize_t n; (n = read(ends[0], block, sizeof block)) > 0;)
    text.append(block, static_cast<std::size_t>(n));
  close(ends[0]);
  waitpid(child, nullptr, 0);
  return text;
}

}  // namespace

TEST_CASE("the checksum here is CRC-64/XZ, as the journal's") {
  CHECK(crc64("123456789") == 0x995dc9bbdf1939fau);  // the check value of the published parameters
  CHECK(dad::mpi::detail::checksum_of(as_bytes("123456789")) == 0x995dc9bbdf1939fau);
}

TEST_CASE("a journal holds its call and its chunks, byte for byte") {
  const temporary_folder here;
  const std::string path = here.file("run.dadj");
  {
    journal j(path, call);
    CHECK(j.path() == path);
    CHECK(j.found().empty());
    CHECK(text_of(path) == raw_header(call));
    for (const index_range chunk : chunks) append(j, chunk);
    CHECK(j.found().empty());
  }
  CHECK(text_of(path) == small_journal());
  journal j(path, call);
  CHECK(contents_of(j) == first_chunks(chunks.size()));
  j.release_found();
  CHECK(j.found().empty());
  CHECK(text_of(path) == small_journal());
}

TEST_CASE("a journal goes on where another process left it") {
  const temporary_folder here;
  for (std::size_t i = 0; i < chunks.size(); ++i) {
    journal j(here.file("run.dadj"), call);
    CHECK(contents_of(j) == first_chunks(i));
    append(j, chunks[i]);
  }
  CHECK(text_of(here.file("run.dadj")) == small_journal());
}

TEST_CASE("a call without inputs, and empty names") {
  const temporary_folder here;
  const journal_identity nothing;
  { const journal j(here.file("run.dadj"), nothing); }
  journal j(here.file("run.dadj"), nothing);
  CHECK(j.found().empty());
  CHECK(has(message_of<dad::mpi::error>([&] { append(j, {0, 1}); }), "of 0, with grain 1"));
}

TEST_CASE("the journal of another call is refused by what differs") {
  const temporary_folder here;
  make_file(here.file("run.dadj"), small_journal());
  journal_identity other = call;
  other.routine = "batch_vjp";
  CHECK(has(refusal(here.file("run.dadj"), other),
            "is of another call: the batch function is batch_eval, expected batch_vjp"));
  other = call;
  other.function = "f";
  CHECK(has(refusal(here.file("run.dadj"), other),
            "is of another call: the type of f is pricing::{lambda(auto:1 const&)#1}, expected f"));
  other = call;
  other.arguments = "double";
  CHECK(has(refusal(here.file("run.dadj"), other),
            "is of another call: the type of the inputs is std::vector<double>, expected double"));
  other = call;
  other.inputs = 17;
  CHECK(has(refusal(here.file("run.dadj"), other),
            "is of another call: the fingerprint of the inputs is 1311768467463790320, expected 17"));
  other = call;
  other.count = 20;
  CHECK(has(refusal(here.file("run.dadj"), other),
            "is of another call: the number of inputs is 18, expected 20"));
  other = call;
  other.grain = 2;
  CHECK(
      has(refusal(here.file("run.dadj"), other), "is of another call: the grain of chunks is 4, expected 2"));
  other.count = 1;
  CHECK(has(refusal(here.file("run.dadj"), other),
            "the number of inputs is 18, expected 1; the grain of chunks is 4, expected 2"));
  // The same letters, split otherwise.
  other = call;
  other.routine = "batch_evalp";
  other.function = call.function.substr(1);
  CHECK(has(refusal(here.file("run.dadj"), other),
            "the batch function is batch_eval, expected batch_evalp; the type of f is p"));
  CHECK(refusal(here.file("run.dadj")) == "nothing");
}

TEST_CASE("files that are no journals are refused") {
  const temporary_folder here;
  const std::string path = here.file("run.dadj");
  CHECK(has(refusal(path, std::string("x")), "is not a journal"));
  CHECK(has(refusal(path, std::string("price,volume\n1,2\n")), "is not a journal"));
  CHECK(has(refusal(path, std::string(10000, 'x')), "is not a journal"));
  CHECK(has(refusal(path, std::string(5000, '\0') + "x"), "is not a journal"));
  CHECK(has(refusal(path, raw_header(call, 1)), "has version 1 of the format, expected 2"));
  std::string other = small_journal();
  std::reverse(other.begin() + 8, other.begin() + 12);
  CHECK(has(refusal(path, other), "another byte order"));
  other = small_journal();
  other[18] = 8;  // long double
  CHECK(has(refusal(path, other), "another kind of machine"));
}

TEST_CASE("what is no file, or cannot be opened, is refused by name") {
  const temporary_folder here;
  CHECK(has(refusal(here.file("none/run.dadj")), "cannot be opened: No such file or directory"));
  CHECK(has(message_of<dad::mpi::error>([&] { const journal j(here.file(""), call); }),
            "is a folder, expected a regular file"));
  for (const char* device : {"/dev/full", "/dev/null"})
    CHECK(
        has(message_of<dad::mpi::error>([&] { const journal j(device, call); }),
            "journal \"" + std::string(device) + "\" is a device, pipe or socket, expected a regular file"));
  CHECK(has(message_of<dad::mpi::error>([&] { const journal j("", call); }), "cannot be opened"));
  journal_identity no_grain = call;
  no_grain.grain = 0;
  CHECK(has(message_of<dad::mpi::error>([&] { const journal j(here.file("run.dadj"), no_grain); }),
            "grain 0, expected at least 1"));
  CHECK(!fs::exists(here.file("run.dadj")));

  make_file(here.file("old.dadj"), small_journal());
  fs::permissions(here.file(""), fs::perms::owner_read | fs::perms::owner_exec | fs::perms::others_read |
                                     fs::perms::others_exec);
  const std::string message = in_child([&]() -> std::string {
    if (geteuid() == 0 && setuid(65534) != 0) return "cannot change the user";
    return message_of<dad::mpi::error>([&] { const journal j(here.file("run.dadj"), call); }) + "\n" +
           (access(here.file("old.dadj").c_str(), W_OK) == 0
                ? "cannot be opened: Permission denied"  // not root: the owner may write the file
                : message_of<dad::mpi::error>([&] { const journal j(here.file("old.dadj"), call); }));
  });
  const std::string denied = "cannot be opened: Permission denied";
  CHECK(has(message, here.file("run.dadj") + "\" " + denied + "\n"));
  CHECK(message.rfind(denied) == message.size() - denied.size());
  fs::permissions(here.file(""), fs::perms::owner_all);
}

TEST_CASE("a relative path, in the folder where the program runs") {
  const temporary_folder here;
  const fs::path before = fs::current_path();
  fs::current_path(here.file(""));
  { journal j("run.dadj", call); }
  fs::current_path(before);
  CHECK(text_of(here.file("run.dadj")) == raw_header(call));
}

TEST_CASE("a journal is one object's alone") {
  const temporary_folder here;
  {
    journal j(here.file("run.dadj"), call);
    append(j, chunks[0]);
    CHECK(has(refusal(here.file("run.dadj")), "is in use by another process"));
    CHECK(has(in_child([&] {
                return message_of<dad::mpi::error>([&] { const journal k(here.file("run.dadj"), call); });
              }),
              "is in use by another process"));
    append(j, chunks[1]);
  }
  CHECK(refusal(here.file("run.dadj")) == "nothing");
  CHECK(text_of(here.file("run.dadj")) == small_journal(2));
}

TEST_CASE("chunks that cannot be are refused when they are appended") {
  const temporary_folder here;
  journal j(here.file("run.dadj"), call);
  append(j, {4, 8});
  append(j, {12, 18});
  const auto message = [&](index_range range) {
    return message_of<dad::mpi::error>([&] { append(j, range); });
  };
  CHECK(has(message({0, 0}), "inputs 0 to 0 (of 18, with grain 4), expected at least one input"));
  CHECK(has(message({4, 0}), "expected at least one input"));
  CHECK(has(message({16, 20}), "expected no inputs beyond the call's"));
  CHECK(has(message({2, 4}), "expected bounds that are multiples of the grain"));
  CHECK(has(message({0, 3}), "expected bounds that are multiples of the grain"));
  for (const index_range there : {index_range{4, 8}, {0, 8}, {0, 12}, {4, 12}, {8, 16}, {16, 18}, {0, 18}})
    CHECK(has(message(there), "expected inputs that it does not have yet"));
  CHECK(message({8, 12}) == "nothing");
  CHECK(message({0, 4}) == "nothing");
}

TEST_CASE("records that fit their checksums and not the call are refused") {
  const temporary_folder here;
  const std::string path = here.file("run.dadj");
  const std::string whole = small_journal(1);
  const std::string at =
      "is corrupted at byte " + std::to_string(whole.size()) + ": the record is the chunk of inputs ";
  const auto with = [&](std::uint64_t begin, std::uint64_t end) {
    return refusal(path, whole + raw_record(call, whole.size(), begin, end, "payload"));
  };
  CHECK(has(with(8, 8), at + "8 to 8"));
  CHECK(has(with(12, 8), at + "12 to 8"));
  CHECK(has(with(16, 20), at + "16 to 20"));
  CHECK(has(with(10, 12), at + "10 to 12"));
  CHECK(has(with(8, 11), at + "8 to 11"));
  CHECK(has(with(0, ~std::uint64_t{0}), at));
  CHECK(has(with(~std::uint64_t{3}, 4), at));
  for (const index_range there : {index_range{4, 8}, {0, 8}, {4, 12}, {0, 16}})
    CHECK(has(with(there.begin, there.end), "expected inputs that no record before it has"));
  CHECK(with(8, 12) == "nothing");

  // A size that the file does not have is a record that was not finished, however large; nothing is
  // allocated.
  for (const std::uint64_t size : {std::uint64_t{8}, std::uint64_t{1} << 40, ~std::uint64_t{0}}) {
    const std::string bytes = whole + raw_record(call, whole.size(), 8, 12, "payload", size);
    make_file(path, bytes);
    largest_allocation = 0;
    const journal j(path, call);
    CHECK(largest_allocation < 10000);
    CHECK(contents_of(j) == first_chunks(1));
    CHECK(text_of(path) == bytes);
  }
}

TEST_CASE("records of another call or another place are refused") {
  const temporary_folder here;
  journal_identity other = call;
  other.inputs += 1;
  const std::string whole = small_journal(1);
  CHECK(
      has(refusal(here.file("run.dadj"), whole + raw_record(other, whole.size(), 8, 12, "payload")),
          "is corrupted at byte " + std::to_string(whole.size()) + ": the checksum of the record's header"));
  CHECK(has(refusal(here.file("run.dadj"), whole + raw_record(call, whole.size() + 8, 8, 12, "payload")),
            "is corrupted"));
  CHECK(refusal(here.file("run.dadj"), whole + raw_record(call, whole.size(), 8, 12, "payload")) ==
        "nothing");
}

TEST_CASE("a journal cut at any byte has the whole records before the cut, and goes on") {
  const temporary_folder here;
  const std::string path = here.file("run.dadj");
  const std::string whole = small_journal();
  std::vector<std::size_t> ends;
  for (std::size_t n = 0; n <= chunks.size(); ++n) ends.push_back(small_journal(n).size());
  for (const std::size_t zeros : {0, 1, 100, 70000})  // after a crash, a file system may leave zeros
    for (std::size_t cut = 0; cut <= whole.size(); ++cut) {
      std::size_t n = 0;
      while (n < chunks.size() && ends[n + 1] <= cut) ++n;
      const bool is_in_header = cut < ends[0];
      const bool is_in_payload = n < chunks.size() && cut >= ends[n] + 40;
      // Zeros behind a part of a payload: see the next test. A cut behind a zero: some zeros may make it
      // whole.
      if (zeros > 0 && (is_in_payload || (cut > 0 && whole[cut - 1] == '\0'))) continue;
      const std::string bytes = whole.substr(0, cut) + std::string(zeros, '\0');
      INFO("cut at " << cut << ", then " << zeros << " zeros: " << n << " records");
      make_file(path, bytes);
      {
        journal j(path, call);
        REQUIRE(contents_of(j) == first_chunks(n));
        REQUIRE(text_of(path) == (is_in_header ? raw_header(call) : bytes));
        for (std::size_t i = n; i < chunks.size(); ++i) append(j, chunks[i]);
      }
      REQUIRE(text_of(path) == (n < chunks.size() ? whole : bytes));
    }
}

TEST_CASE("a last payload that ends in zeros where other bytes should be is dropped") {
  const temporary_folder here;
  for (std::size_t cut = small_journal(3).size() + 40; cut < small_journal().size() - 2; ++cut) {
    std::string bytes = small_journal();
    std::fill(bytes.begin() + static_cast<std::ptrdiff_t>(cut), bytes.end(), '\0');
    make_file(here.file("run.dadj"), bytes);
    {
      journal j(here.file("run.dadj"), call);
      REQUIRE(contents_of(j) == first_chunks(3));
      REQUIRE(text_of(here.file("run.dadj")) == bytes);
      append(j, chunks[3]);
    }
    REQUIRE(text_of(here.file("run.dadj")) == small_journal());
  }
}

TEST_CASE("a header cut short is only started anew if it is this call's") {
  const temporary_folder here;
  journal_identity other = call;
  other.function = "q";
  for (std::size_t cut = 90; cut < raw_header(other).size(); ++cut)
    REQUIRE(has(refusal(here.file("run.dadj"), raw_header(other).substr(0, cut)), "is corrupted at byte 24"));
}

TEST_CASE("a flipped bit is found, wherever it is") {
  const temporary_folder here;
  const std::string whole = small_journal();
  const contents all = first_chunks(4);
  const contents without_last = first_chunks(3);
  const std::size_t last = small_journal(3).size();
  int refused = 0;
  int dropped = 0;
  for (std::size_t bit = 0; bit < 8 * whole.size(); ++bit) {
    std::string bytes = whole;
    bytes[bit / 8] = static_cast<char>(bytes[bit / 8] ^ (1 << (bit % 8)));
    INFO("bit " << bit);
    make_file(here.file("run.dadj"), bytes);
    contents got;
    const std::string message =
        message_of<dad::mpi::error>([&] { got = contents_of(journal(here.file("run.dadj"), call)); });
    REQUIRE(text_of(here.file("run.dadj")) == bytes);
    if (message == "nothing") {
      REQUIRE(bit / 8 >= last);
      REQUIRE(got == without_last);
      ++dropped;
    } else {
      REQUIRE(has(message, here.file("run.dadj")));
      ++refused;
    }
  }
  CHECK(refused == static_cast<int>(8 * (last + 40)));
  CHECK(dropped == static_cast<int>(8 * payload_of(chunks[3]).size()));
}

TEST_CASE("random files and random splices never yield what was not written") {
  const temporary_folder here;
  const std::string path = here.file("run.dadj");
  std::mt19937_64 random(20240607);
  const auto below = [&](std::size_t n) { return static_cast<std::size_t>(random() % n); };
  const auto noise = [&](std::size_t n) {
    std::string bytes(n, '\0');
    for (char& c : bytes) c = static_cast<char>(random());
    return bytes;
  };
  journal_identity other_call = call;
  other_call.inputs ^= 1;
  std::string backwards = raw_header(call);
  std::string others = raw_header(other_call);
  for (std::size_t i = 0; i < chunks.size(); ++i) {
    const index_range back = chunks[chunks.size() - 1 - i];
    backwards += raw_record(call, backwards.size(), back.begin, back.end, payload_of(back));
    others += raw_record(other_call, others.size(), chunks[i].begin, chunks[i].end, "not this call's result");
  }
  const std::vector<std::string> sources = {small_journal(), backwards, others, small_journal(2),
                                            raw_header(call)};
  const contents written = first_chunks(chunks.size());
  std::map<std::size_t, int> accepted;  // by how many records came out
  for (int round = 0; round < 10000; ++round) {
    std::string bytes = sources[below(sources.size())];
    switch (round % 6) {
      case 0:
        bytes = noise(below(600));
        break;
      case 1:
        bytes = bytes.substr(0, below(bytes.size() + 1)) + noise(below(200));
        break;
      case 2: {
        const std::string& tail = sources[below(sources.size())];
        bytes = bytes.substr(0, below(bytes.size() + 1)) + tail.substr(below(tail.size() + 1));
        break;
      }
      case 3: {
        const std::string& from = sources[below(sources.size())];
        const std::size_t start = below(from.size());
        bytes.insert(below(bytes.size() + 1), from.substr(start, 1 + below(120)));
        break;
      }
      case 4:
        bytes.erase(below(bytes.size()), 1 + below(120));
        break;
      default:
        for (std::size_t n = 1 + below(4); n > 0; --n)
          bytes[below(bytes.size())] = static_cast<char>(random());
    }
    if (below(4) == 0) bytes.append(below(100), '\0');
    make_file(path, bytes);
    contents got;
    largest_allocation = 0;
    const std::string message = message_of([&] {
      const journal j(path, call);
      REQUIRE(largest_allocation <= (1u << 16) + 4096);
      got = contents_of(j);
    });
    INFO("round " << round << ": " << message);
    REQUIRE((message == "nothing" || has(message, path)));
    const std::string after = text_of(path);
    const bool is_started = after == raw_header(call) && bytes.compare(0, after.size(), after) != 0;
    REQUIRE((after == bytes || (is_started && bytes.find_last_not_of('\0') + 1 < after.size())));
    for (const auto& [begin, record] : got)
      REQUIRE((written.count(begin) == 1 && written.at(begin) == record));
    if (message == "nothing") ++accepted[got.size()];
  }
  for (std::size_t n = 0; n <= chunks.size(); ++n) CHECK(accepted[n] > 0);  // or it tried too little
}

TEST_CASE("each append is one write; the disk is waited for once a second at most") {
  const temporary_folder here;
  calls = {};
  journal j(here.file("run.dadj"), {.count = 1000});
  CHECK(calls.file_syncs == 1);
  CHECK(calls.other_syncs == 1);  // the folder
  CHECK(calls.writes == 1);
  j.sync();
  CHECK(calls.file_syncs == 1);  // nothing new
  const auto start = std::chrono::steady_clock::now();
  for (std::size_t i = 0; i < 100; ++i) j.append({i, i + 1}, as_bytes("payload"));
  CHECK(calls.writes == 101);
  CHECK(calls.file_syncs <= 1 + (std::chrono::steady_clock::now() - start) / std::chrono::seconds(1));
  std::this_thread::sleep_for(std::chrono::milliseconds(1050));
  const int before = calls.file_syncs;
  j.append({100, 101}, {});
  CHECK(calls.file_syncs == before + 1);
  j.sync();
  CHECK(calls.file_syncs == before + 1);
  j.append({101, 102}, {});
  j.sync();
  CHECK(calls.file_syncs >= before + 2);
}

TEST_CASE("writes that are interrupted or take only a part are finished") {
  const temporary_folder here;
  {
    calls = {};
    calls.next_writes = {-EINTR, 10, -EINTR, 3};
    journal j(here.file("run.dadj"), call);
    for (const index_range chunk : chunks) {
      calls.next_writes = {-EINTR, 1, 38, 1, -EINTR, 5};
      append(j, chunk);
      calls.next_writes.clear();
    }
  }
  CHECK(text_of(here.file("run.dadj")) == small_journal());
}

TEST_CASE("a full disk is an error, after which the journal goes on") {
  const temporary_folder here;
  calls = {};
  calls.next_writes = {20, -ENOSPC};
  CHECK(has(message_of<dad::mpi::error>([&] { const journal j(here.file("run.dadj"), call); }),
            "journal \"" + here.file("run.dadj") + "\" cannot be written at byte 20 ("));
  {
    journal j(here.file("run.dadj"), call);
    append(j, chunks[0]);
    const std::size_t end = small_journal(1).size();
    for (const long part : {0, 17, 40, 60}) {
      calls.next_writes = part == 0 ? std::deque<long>{-ENOSPC} : std::deque<long>{part, -ENOSPC};
      const std::string message = message_of<dad::mpi::error>([&] { append(j, chunks[1]); });
      CHECK(has(message, here.file("run.dadj")));
      CHECK(
          has(message, "cannot be written at byte " + std::to_string(end + static_cast<std::size_t>(part))));
      CHECK(has(message, "No space left on device"));
    }
    CHECK(fs::file_size(here.file("run.dadj")) == end + 60);
    append(j, chunks[2]);  // without a payload: shorter than what is left of the failed one
    append(j, chunks[1]);
    append(j, chunks[3]);
  }
  journal j(here.file("run.dadj"), call);
  CHECK(contents_of(j) == first_chunks(4));
}

TEST_CASE("a limit on the size of files is an error, and what was written before is there") {
  const temporary_folder here;
  const std::string message = in_child([&]() -> std::string {
    std::signal(SIGXFSZ, SIG_IGN);
    const rlim_t limit = small_journal(2).size() - 5;
    const rlimit both = {limit, limit};
    if (setrlimit(RLIMIT_FSIZE, &both) != 0) return "no limit";
    journal j(here.file("run.dadj"), call);
    append(j, chunks[0]);
    return message_of<dad::mpi::error>([&] { append(j, chunks[1]); });
  });
  CHECK(has(message, "(5 bytes to go): File too large"));
  CHECK(text_of(here.file("run.dadj")) == small_journal(2).substr(0, small_journal(2).size() - 5));
  const journal j(here.file("run.dadj"), call);
  CHECK(contents_of(j) == first_chunks(1));
}

TEST_CASE("a journal survives a kill at any moment") {
  const temporary_folder here;
  const journal_identity long_call = {.function = "f", .count = 1000000};
  const auto payload = [](std::size_t i) {
    return std::string(i * 7919 % (i % 16 == 0 ? 3000000 : 3000), static_cast<char>(i));
  };
  auto* const appended = static_cast<volatile std::size_t*>(
      mmap(nullptr, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0));
  REQUIRE(static_cast<volatile void*>(appended) != MAP_FAILED);
  std::mt19937 random(50);
  int torn = 0;
  for (int kill_number = 0; kill_number < 50; ++kill_number) {
    if (kill_number % 5 == 0) {
      fs::remove(here.file("run.dadj"));
      *appended = 0;
    }
    const pid_t child = fork();
    if (child == 0) {
      prctl(PR_SET_PDEATHSIG, SIGKILL);
      try {
        journal j(here.file("run.dadj"), long_call);
        for (std::size_t i = j.found().size(); i < long_call.count; ++i) {
          j.append({i, i + 1}, as_bytes(payload(i)));
          *appended = i + 1;
        }
      } catch (...) {
      }
      _exit(1);
    }
    std::this_thread::sleep_for(std::chrono::microseconds(random() % 20000));
    kill(child, SIGKILL);
    int status = 0;
    REQUIRE(waitpid(child, &status, 0) == child);
    REQUIRE(WIFSIGNALED(status));
    if (!fs::exists(here.file("run.dadj"))) continue;  // killed before it began

    const journal j(here.file("run.dadj"), long_call);
    INFO("kill " << kill_number << ", appended " << *appended);
    REQUIRE((j.found().size() == *appended || j.found().size() == *appended + 1));
    *appended = j.found().size();
    std::uintmax_t bytes = raw_header(long_call).size();
    for (std::size_t i = 0; i < j.found().size(); ++i) {
      REQUIRE(j.found()[i].range == index_range{i, i + 1});
      const std::string expected = payload(i);
      REQUIRE(ranks::same_bits(std::span<const std::byte>(j.found()[i].payload), as_bytes(expected)));
      bytes += 40 + expected.size();
    }
    if (fs::file_size(here.file("run.dadj")) != bytes) ++torn;
  }
  WARN(torn << " of 50 kills came in the middle of a write");
  munmap(const_cast<std::size_t*>(appended), 4096);
}

TEST_CASE("a payload beyond 2^31 bytes", "[.large]") {
  const temporary_folder here;
  std::vector<std::byte> payload((std::size_t{1} << 31) + 12345, std::byte{7});
  payload.back() = std::byte{9};
  {
    journal j(here.file("run.dadj"), call);
    j.append({0, 4}, payload);
    append(j, chunks[0]);
  }
  const journal j(here.file("run.dadj"), call);
  REQUIRE(j.found().size() == 2);
  CHECK(j.found()[0].payload == payload);
  CHECK(contents_of(j).at(4).second == payload_of(chunks[0]));
}
