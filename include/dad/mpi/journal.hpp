// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// The journal of a batch: a file that keeps the results of finished chunks, so that the same call resumes
// after its process was killed or its machine crashed.
//
// What survives: each append is one write, and when it returns the chunk survives the end of the process. The
// disk is waited for (fdatasync) once the header stands, at sync(), and in an append if the last time is a
// second ago: a crash of the machine loses at most the chunks of one second after it was last waited for.
//
// What is mended: a crash may cut the file, or leave zeros where bytes should be, so a last record that is
// incomplete, broken off into zeros, or whose payload does not fit its checksum is dropped, and the next
// append takes its place. A header broken off before any record starts anew. Anything else that does not fit
// is refused, and the file is left as it is.

#pragma once

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <iterator>
#include <map>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include <dad/mpi/error.hpp>
#include <dad/mpi/journal_file.hpp>
#include <dad/mpi/journal_format.hpp>

namespace dad::mpi::detail {

/// One thread at a time, one object per file: it is locked, also against this process. The lock ends with the
/// object or the process; a child that a fork left without exec holds it too.
class journal {
 public:
  /// Opens the journal of a call or starts one. Throws dad::mpi::error, which says what differs or does not
  /// fit, and leaves the file untouched, if it is another call's, not a journal, of another version,
  /// corrupted or in use. Opening alone changes no file that has a whole header.
  journal(std::string path, const journal_identity& call)
      : call_(call), file_(checked(std::move(path), call)) {
    const std::vector<std::byte> header = journal_header(call);
    std::memcpy(&call_checksum_, header.data() + (header.size() - sizeof call_checksum_),
                sizeof call_checksum_);
    end_ = header.size();
    if (has_header(header)) {
      read_records();
    } else {
      file_.truncate(0);
      file_.write(0, header);
      file_.sync();
      file_.sync_folder();
    }
  }
  journal(const journal&) = delete;
  journal& operator=(const journal&) = delete;
  ~journal() = default;

  /// What was found when it was opened, by range.begin.
  [[nodiscard]] std::span<const journal_record> found() const noexcept { return found_; }
  /// Frees the memory of found().
  void release_found() noexcept { std::vector<journal_record>().swap(found_); }

  /// Adds a finished chunk. Throws dad::mpi::error if the range cannot be a chunk of this call or overlaps
  /// one that is there, and if it cannot be written (the disk is full, ...); the journal is as before then.
  void append(index_range range, std::span<const std::byte> payload) {
    if (const std::string fault = range_fault(range.begin, range.end, call_); !fault.empty())
      file_.refuse("was given " + fault);
    if (overlaps(range.begin, range.end))
      file_.refuse("was given the chunk of inputs " + name(range.begin, range.end) +
                   ", expected inputs that it does not have yet");
    record_header header{range.begin, range.end, payload.size(), checksum_of(payload)};
    header.checksum = header.expected_checksum(call_checksum_, end_);

    const auto place = ends_.emplace(range.begin, range.end).first;
    try {
      if (is_torn_) file_.truncate(end_);
      is_torn_ = true;  // until all of the record stands
      file_.write(end_, object_bytes(header), payload);
      is_torn_ = false;
    } catch (...) {
      ends_.erase(place);
      throw;
    }
    end_ += sizeof header + payload.size();
    is_dirty_ = true;
    if (clock::now() - last_sync_ >= std::chrono::seconds(1)) sync();
  }

  /// Everything is on disk when it returns.
  void sync() {
    if (!is_dirty_) return;
    file_.sync();
    is_dirty_ = false;
    last_sync_ = clock::now();
  }

  [[nodiscard]] const std::string& path() const noexcept { return file_.path(); }

 private:
  using clock = std::chrono::steady_clock;

  static std::string checked(std::string path, const journal_identity& call) {
    if (call.grain == 0) throw error("journal \"" + path + "\" was given grain 0, expected at least 1");
    return path;
  }

  static std::string name(std::uint64_t begin, std::uint64_t end) {
    return std::to_string(begin) + " to " + std::to_string(end);
  }

  [[noreturn]] void corrupted(std::uint64_t offset, const std::string& what) const {
    file_.refuse("is corrupted at byte " + std::to_string(offset) + ": " + what);
  }

  [[nodiscard]] std::vector<std::byte> read(std::uint64_t offset, std::uint64_t count) const {
    std::vector<std::byte> bytes(count);
    file_.read(offset, bytes);
    return bytes;
  }

  /// Whether the file has only zeros from here to its end, or ends before.
  [[nodiscard]] bool is_zero_from(std::uint64_t offset, std::uint64_t size) const {
    while (offset < size) {
      const std::vector<std::byte> bytes = read(offset, std::min<std::uint64_t>(size - offset, 1u << 16));
      if (std::any_of(bytes.begin(), bytes.end(), [](std::byte b) { return b != std::byte{0}; }))
        return false;
      offset += bytes.size();
    }
    return true;
  }

  /// True if the file begins with the header, false if it is to be started; throws if it is something else.
  [[nodiscard]] bool has_header(std::span<const std::byte> header) const {
    const std::uint64_t size = file_.size();
    const std::vector<std::byte> start = read(0, std::min<std::uint64_t>(size, header.size()));
    const auto same = std::mismatch(start.begin(), start.end(), header.begin()).first - start.begin();
    if (static_cast<std::size_t>(same) == header.size()) return true;
    if (is_zero_from(static_cast<std::uint64_t>(same), size)) return false;

    const journal_preamble preamble =
        preamble_of(read(0, std::min<std::uint64_t>(size, sizeof(journal_preamble))));
    if (const std::string fault = preamble_fault(preamble); !fault.empty()) file_.refuse(fault);
    file_.refuse(header_fault(read(0, std::min(size, preamble.header_bytes)), call_));
  }

  void read_records() {
    const std::uint64_t size = file_.size();
    while (end_ < size && read_record(size)) {
    }
    is_torn_ = end_ < size;
    std::sort(found_.begin(), found_.end(),
              [](const journal_record& a, const journal_record& b) { return a.range.begin < b.range.begin; });
  }

  /// Reads the record at end_ and moves end_ behind it; false if it is torn, throws if it is corrupted.
  [[nodiscard]] bool read_record(std::uint64_t size) {
    record_header header;
    if (size - end_ < sizeof header) return false;
    file_.read(end_, std::as_writable_bytes(std::span<record_header, 1>(&header, 1)));
    if (header.checksum != header.expected_checksum(call_checksum_, end_)) {
      if (is_zero_from(end_ + sizeof header - 1, size)) return false;
      corrupted(end_, "the checksum of the record's header is wrong");
    }
    if (const std::string fault = range_fault(header.begin, header.end, call_); !fault.empty())
      corrupted(end_, "the record is " + fault);
    if (overlaps(header.begin, header.end))
      corrupted(end_, "the record is the chunk of inputs " + name(header.begin, header.end) +
                          ", expected inputs that no record before it has");
    const std::uint64_t payload_at = end_ + sizeof header;
    if (header.payload_bytes > size - payload_at) return false;
    std::vector<std::byte> payload = read(payload_at, header.payload_bytes);
    if (header.payload_checksum != checksum_of(payload)) {
      if (payload_at + header.payload_bytes == size) return false;
      corrupted(payload_at, "the checksum of the record's payload is wrong");
    }
    ends_.emplace(header.begin, header.end);
    found_.push_back({{header.begin, header.end}, std::move(payload)});
    end_ = payload_at + header.payload_bytes;
    return true;
  }

  [[nodiscard]] bool overlaps(std::uint64_t begin, std::uint64_t end) const {
    const auto next = ends_.lower_bound(begin);
    if (next != ends_.end() && next->first < end) return true;
    return next != ends_.begin() && std::prev(next)->second > begin;
  }

  journal_identity call_;
  journal_file file_;
  std::uint64_t call_checksum_ = 0;
  std::uint64_t end_ = 0;  // of the last whole record
  bool is_torn_ = false;   // the file has more than that
  bool is_dirty_ = false;  // the disk may lack something
  clock::time_point last_sync_ = clock::now();
  std::map<std::uint64_t, std::uint64_t> ends_;  // of each record's range, by its begin
  std::vector<journal_record> found_;
};

}  // namespace dad::mpi::detail
