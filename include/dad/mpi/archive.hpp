// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// Boost.Serialization archives over plain memory: how inputs and results that are not flat arrays travel. The
// one `serialize` of a user's type works without further includes, public or private, and so do the standard
// containers.

#pragma once

#include <boost/serialization/library_version_type.hpp>  // Boost 1.74's unordered containers forget it

#include <boost/archive/detail/common_iarchive.hpp>
#include <boost/archive/detail/common_oarchive.hpp>
#include <boost/archive/detail/register_archive.hpp>
#include <boost/serialization/array.hpp>
#include <boost/serialization/complex.hpp>
#include <boost/serialization/deque.hpp>
#include <boost/serialization/is_bitwise_serializable.hpp>
#include <boost/serialization/list.hpp>
#include <boost/serialization/map.hpp>
#include <boost/serialization/set.hpp>
#include <boost/serialization/string.hpp>
#include <boost/serialization/unordered_map.hpp>
#include <boost/serialization/unordered_set.hpp>
#include <boost/serialization/utility.hpp>
#include <boost/serialization/vector.hpp>

#include <concepts>
#include <cstddef>
#include <cstring>
#include <optional>
#include <span>
#include <string>
#include <tuple>
#include <vector>

#include <dad/mpi/error.hpp>
#include <dad/structure/access.hpp>

namespace dad::mpi::detail {

/// Appends objects to a block of bytes.
class packer : public boost::archive::detail::common_oarchive<packer> {
  using base = boost::archive::detail::common_oarchive<packer>;

 public:
  struct use_array_optimization {
    template <class T>
    struct apply : boost::serialization::is_bitwise_serializable<T> {};
  };

  explicit packer(std::vector<std::byte>& out) : base(boost::archive::no_header), out_(&out) {}

  void save_binary(const void* data, std::size_t size) {
    const auto* const bytes = static_cast<const std::byte*>(data);
    out_->insert(out_->end(), bytes, bytes + size);
  }

  template <class T>
  void save(const T& x) {
    save_binary(&x, sizeof x);
  }
  template <class Char>
  void save(const std::basic_string<Char>& text) {
    save(text.size());
    save_binary(text.data(), text.size() * sizeof(Char));
  }
  template <class T>
  void save_array(const boost::serialization::array_wrapper<T>& x, unsigned) {
    save_binary(x.address(), x.count() * sizeof(T));
  }

 private:
  friend class boost::archive::detail::interface_oarchive<packer>;

  template <class T>
  void save_override(T& x) {
    base::save_override(x);
  }
  void save_override(const boost::archive::class_id_optional_type&) {}
  void save_override(const boost::archive::class_name_type& name) { save(std::string(name)); }

  std::vector<std::byte>* out_;
};

/// Reads what a packer wrote, from the front on.
class unpacker : public boost::archive::detail::common_iarchive<unpacker> {
  using base = boost::archive::detail::common_iarchive<unpacker>;

 public:
  using use_array_optimization = packer::use_array_optimization;

  explicit unpacker(std::span<const std::byte> in) : base(boost::archive::no_header), in_(in) {}

  [[nodiscard]] bool is_at_end() const noexcept { return in_.empty(); }

  void load_binary(void* data, std::size_t size) {
    require(size);
    if (size != 0) std::memcpy(data, in_.data(), size);
    in_ = in_.subspan(size);
  }

  template <class T>
  void load(T& x) {
    load_binary(&x, sizeof x);
  }
  template <class Char>
  void load(std::basic_string<Char>& text) {
    std::size_t size = 0;
    load(size);
    require(size);
    text.resize(size);
    load_binary(text.data(), size * sizeof(Char));
  }
  template <class T>
  void load_array(boost::serialization::array_wrapper<T>& x, unsigned) {
    load_binary(x.address(), x.count() * sizeof(T));
  }

 private:
  friend class boost::archive::detail::interface_iarchive<unpacker>;

  template <class T>
  void load_override(T& x) {
    base::load_override(x);
  }
  void load_override(boost::archive::class_id_optional_type&) {}
  void load_override(boost::archive::class_name_type& name) {
    std::string text;
    load(text);
    if (text.size() >= BOOST_SERIALIZATION_MAX_KEY_SIZE)
      throw error("name of a serialised class is too long");
    std::memcpy(static_cast<char*>(name), text.c_str(), text.size() + 1);
  }

  void require(std::size_t size) const {
    if (in_.size() < size)
      throw error("serialize read more than it wrote: does it do the same when loading as when saving?");
  }

  std::span<const std::byte> in_;
};

template <class Archive>
concept own_archive = std::same_as<Archive, packer> || std::same_as<Archive, unpacker>;

// Boost looks for `serialize` in the namespace of the archive too, which is where these are found.

template <own_archive Archive, class... Ts>
void serialize(Archive& archive, std::tuple<Ts...>& x, unsigned /*version*/) {
  std::apply([&](auto&... parts) { (static_cast<void>(archive & parts), ...); }, x);
}

template <own_archive Archive, class T>
void serialize(Archive& archive, std::optional<T>& x, unsigned /*version*/) {
  bool has_value = x.has_value();
  archive& has_value;
  if constexpr (Archive::is_loading::value) {
    if (has_value)
      x.emplace();
    else
      x.reset();
  }
  if (has_value) archive&* x;
}

// A private serialize that befriends dad::access; the others are Boost's own business.
template <own_archive Archive, class X>
requires(access::has_member<Archive, X> && !requires(Archive & archive, X& x) {
  x.serialize(archive, 0u);
}) void serialize(Archive& archive, X& x, unsigned version) {
  access::serialize(archive, x, version);
}

}  // namespace dad::mpi::detail

BOOST_SERIALIZATION_REGISTER_ARCHIVE(dad::mpi::detail::packer)
BOOST_SERIALIZATION_REGISTER_ARCHIVE(dad::mpi::detail::unpacker)
