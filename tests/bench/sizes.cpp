// bench/sizes.cpp - whether larger pictures take more than their pixels' share.
#include "bench/sizes.hpp"

#include <optional>

#include "bench/own.hpp"
#include "bench/photograph.hpp"
#include "bench/service.hpp"

namespace bench {
namespace {

// One size of a picture, and what each of its pixels takes, in nanoseconds.
class Size {
 public:
  Size(const Places& places, int side)
      : side_(side), photograph_(take_photograph(side, false)), buffer_(photograph_.buffer()) {
    save_png(photograph_, places.smooth_answer(side), 1);
    service_.emplace(places.server, places.smooth_answer(side));
    own_.emplace(service_->url());
  }

  void run() {
    const double pixels = double(side_) * side_;
    const Run run = own_->run({.model = lossy_model, .input = buffer_.get()});
    const Passage passage = service_->next();
    submit_.push_back(milliseconds(run.started, passage.request_last) * 1e6 / pixels);
    receive_.push_back(milliseconds(passage.answer_first, run.finished) * 1e6 / pixels);
    check_same(photograph_, run.picture.get());
  }

  void print() const { std::printf("%7d² %20.2f %20.2f\n", side_, median(submit_), median(receive_)); }
  const std::vector<double>& submit() const { return submit_; }
  const std::vector<double>& receive() const { return receive_; }

 private:
  int side_;
  Photograph photograph_;
  Ref<GeglBuffer> buffer_;
  std::optional<Service> service_;
  std::optional<Own> own_;
  std::vector<double> submit_, receive_;
};

double median_ratio(const std::vector<double>& above, const std::vector<double>& below) {
  std::vector<double> ratios;
  for (std::size_t i = 0; i < above.size(); ++i)
    ratios.push_back(above[i] / below[i]);
  return median(ratios);
}

}  // namespace

// A smoother picture, for a service may not answer with more than 64 MiB.
Growth measure_sizes(const Places& places, int rounds) {
  std::vector<std::unique_ptr<Size>> sizes;
  for (const int side : {512, 1024, 2048, 4096, 8192})
    sizes.push_back(std::make_unique<Size>(places, side));
  for (int round = 0; round < rounds; ++round)
    for (const auto& size : sizes)
      size->run();
  std::printf("\n%8s %20s %20s\n", "", "submit JPEG ns/pixel", "receive PNG ns/pixel");
  for (const auto& size : sizes)
    size->print();
  const Size &middle = *sizes[2], &largest = *sizes[4];
  return {median_ratio(largest.submit(), middle.submit()), median_ratio(largest.receive(), middle.receive())};
}

}  // namespace bench
