// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// dad's own side of a user's communicator: a private duplicate, made at the first call and kept as an
// attribute of the communicator, so that dad's messages never meet the user's and no error handler of the
// user's is touched.

#pragma once

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <vector>

#include <dad/core/engine.hpp>
#include <dad/mpi/environment.hpp>
#include <dad/mpi/processes.hpp>

namespace dad::mpi::detail {

/// The largest record that ranks exchange in one step of a call.
inline constexpr std::size_t record_capacity = 128;

/// The private duplicate of one communicator and what calls over it share. Lives until the user's
/// communicator is freed or MPI is finalised, whichever comes first.
struct channel {
  MPI_Comm comm = MPI_COMM_NULL;
  int rank = 0;
  int size = 1;
  std::vector<int> alive;             // the ranks that have not died, in order
  std::vector<process_id> processes;  // of all ranks, where the job goes on when one dies
  std::atomic<bool> is_busy = false;
  // One record of every rank: allocated here, so that no step of a call can fail on it.
  std::vector<std::byte> records;
  std::uint32_t call_count = 0;          // the same on all ranks
  std::shared_ptr<void> correspondence;  // what calls keep from one to the next

  channel() = default;
  channel(const channel&) = delete;
  channel& operator=(const channel&) = delete;
  ~channel() { close(); }

  [[nodiscard]] bool is_alive(int other) const;
  void lose(int other);
  /// Frees what belongs to MPI, which must not be finalised yet; harmless the second time.
  void close() noexcept;
};

struct channel_closer {
  void operator()(channel* own) const noexcept;
};
using own_channel_pointer = std::unique_ptr<channel, channel_closer>;

/// The channel of a communicator. Collective over it at the first call. Throws if another thread is making
/// it.
DAD_ENGINE channel& channel_of(MPI_Comm users);
/// A channel of the caller's own, closed with its pointer or when MPI is finalised. Collective.
DAD_ENGINE own_channel_pointer make_own_channel(MPI_Comm users);
/// Throws unless this thread may make MPI calls over the communicator now.
DAD_ENGINE void require_usable(MPI_Comm users);

/// Holds a channel for one call. Throws if another thread of this process is inside a call over the same
/// communicator.
class exclusive_use {
 public:
  explicit exclusive_use(channel& c);
  exclusive_use(const exclusive_use&) = delete;
  exclusive_use& operator=(const exclusive_use&) = delete;
  ~exclusive_use() { channel_->is_busy = false; }

 private:
  channel* channel_;
};

#if DAD_DEFINES_ENGINE

DAD_ENGINE bool channel::is_alive(int other) const { return std::ranges::binary_search(alive, other); }
DAD_ENGINE void channel::lose(int other) {
  std::erase(alive, other);
  has_lost_ranks() = true;
}
DAD_ENGINE void channel::close() noexcept {
  correspondence = nullptr;
  // Freeing is collective: with a lost rank it would wait for ever.
  if (comm != MPI_COMM_NULL && static_cast<int>(alive.size()) == size) MPI_Comm_free(&comm);
  comm = MPI_COMM_NULL;
}

[[noreturn]] DAD_ENGINE void throw_in_use() {
  throw error("another thread is inside a batch over the same communicator: give each thread its own");
}
DAD_ENGINE exclusive_use::exclusive_use(channel& c) : channel_(&c) {
  if (c.is_busy.exchange(true)) throw_in_use();
}

/// Which communicators have a channel; owns the attribute key.
class channel_registry {
 public:
  static channel_registry& instance() {
    static auto& registry =
        *new channel_registry;  // never destroyed: MPI may be finalised after static destructors
    return registry;
  }

  /// The channel of a communicator. Collective over it at the first call; threads with communicators of their
  /// own do not wait for each other in it. Throws if another thread is making the channel of the same
  /// communicator.
  channel& of(MPI_Comm users) {
    if (channel* known = find_or_begin(users)) return *known;
    const beginning begun(*this, users);
    auto made = make(users);
    const std::lock_guard lock(mutex_);
    users_.reserve(users_.size() + 1);
    call("MPI_Comm_set_attr", MPI_Comm_set_attr(users, key_, made.get()));
    users_.push_back(users);
    return *made.release();
  }

  /// A channel of the caller's own, closed by release() or when MPI is finalised. Collective.
  own_channel_pointer make_own(MPI_Comm users) {
    auto made = make(users);
    const std::lock_guard lock(mutex_);
    make_keys();
    own_.push_back(made.get());
    return own_channel_pointer(made.release());
  }
  void release(channel* own) noexcept {
    {
      const std::lock_guard lock(mutex_);
      std::erase(own_, own);
    }
    delete own;
  }

 private:
  static std::unique_ptr<channel> make(MPI_Comm users) {
    auto made = std::make_unique<channel>();
    call("MPI_Comm_dup", MPI_Comm_dup(users, &made->comm));
    call("MPI_Comm_set_errhandler", MPI_Comm_set_errhandler(made->comm, MPI_ERRORS_RETURN));
    call("MPI_Comm_rank", MPI_Comm_rank(made->comm, &made->rank));
    call("MPI_Comm_size", MPI_Comm_size(made->comm, &made->size));
    for (int rank = 0; rank < made->size; ++rank) made->alive.push_back(rank);
    made->processes = processes_of(made->comm, made->size);
    made->records.resize(static_cast<std::size_t>(made->size) * record_capacity);
    return made;
  }

  channel* find_or_begin(MPI_Comm users) {
    const std::lock_guard lock(mutex_);
    make_keys();
    void* found = nullptr;
    int is_set = 0;
    call("MPI_Comm_get_attr", MPI_Comm_get_attr(users, key_, &found, &is_set));
    if (is_set != 0) return static_cast<channel*>(found);
    if (std::ranges::find(begun_, users) != begun_.end()) throw_in_use();
    begun_.push_back(users);
    return nullptr;
  }

  struct beginning {
    beginning(channel_registry& r, MPI_Comm u) : registry(r), users(u) {}
    beginning(const beginning&) = delete;
    beginning& operator=(const beginning&) = delete;
    ~beginning() {
      const std::lock_guard lock(registry.mutex_);
      std::erase(registry.begun_, users);
    }
    channel_registry& registry;
    MPI_Comm users;
  };

  // MPI deletes the attributes of MPI_COMM_SELF first of all in MPI_Finalize, when communication still works:
  // the moment to free every duplicate that is left, whoever finalises.
  void make_keys() {
    if (key_ != MPI_KEYVAL_INVALID) return;
    call("MPI_Comm_create_keyval", MPI_Comm_create_keyval(MPI_COMM_NULL_COPY_FN, &on_free, &key_, nullptr));
    int at_finalize = MPI_KEYVAL_INVALID;
    call("MPI_Comm_create_keyval",
         MPI_Comm_create_keyval(MPI_COMM_NULL_COPY_FN, &on_finalize, &at_finalize, nullptr));
    call("MPI_Comm_set_attr", MPI_Comm_set_attr(MPI_COMM_SELF, at_finalize, nullptr));
    call("MPI_Comm_free_keyval", MPI_Comm_free_keyval(&at_finalize));  // freed with its last attribute
  }

  static int on_free(MPI_Comm users, int /*key*/, void* attribute, void* /*state*/) {
    delete static_cast<channel*>(attribute);
    std::erase(instance().users_, users);
    return MPI_SUCCESS;
  }

  static int on_finalize(MPI_Comm, int, void*, void*) {
    channel_registry& registry = instance();
    for (channel* own : registry.own_) own->close();
    registry.own_.clear();
    while (!registry.users_.empty()) {
      const MPI_Comm users = registry.users_.back();
      if (const int code = MPI_Comm_delete_attr(users, registry.key_); code != MPI_SUCCESS) return code;
      std::erase(registry.users_, users);
    }
    return registry.key_ == MPI_KEYVAL_INVALID ? MPI_SUCCESS : MPI_Comm_free_keyval(&registry.key_);
  }

  std::recursive_mutex mutex_;
  int key_ = MPI_KEYVAL_INVALID;
  std::vector<MPI_Comm> users_;
  std::vector<MPI_Comm> begun_;  // whose channels are being made
  std::vector<channel*> own_;    // of executors
};

DAD_ENGINE void channel_closer::operator()(channel* own) const noexcept {
  channel_registry::instance().release(own);
}
DAD_ENGINE channel& channel_of(MPI_Comm users) { return channel_registry::instance().of(users); }
DAD_ENGINE own_channel_pointer make_own_channel(MPI_Comm users) {
  return channel_registry::instance().make_own(users);
}

DAD_ENGINE void require_usable(MPI_Comm users) {
  if (users == MPI_COMM_NULL) throw error("this rank is not part of the communicator (it is null)");
  int is_inter = 0;
  call("MPI_Comm_test_inter", MPI_Comm_test_inter(users, &is_inter));
  if (is_inter != 0) throw error("batches need an intracommunicator, got an intercommunicator");
  int is_main = 0;
  call("MPI_Is_thread_main", MPI_Is_thread_main(&is_main));
  if (is_main == 0 && thread_level() < MPI_THREAD_SERIALIZED)
    throw error("MPI was initialised for calls of its main thread only, and another thread called a batch");
}

#endif

}  // namespace dad::mpi::detail
