// SPDX-License-Identifier: GPL-3.0-or-later
#include "verify/flows.h"

#include <algorithm>
#include <atomic>
#include <exception>
#include <mutex>
#include <thread>

namespace safeconduct {
namespace {

// Takes one question after the other, as long as there are any.
class Worker {
 public:
  Worker(std::span<FlowQuestion const> questions, Hook hook, std::vector<JudgedFlow>& answers)
      : questions_(questions), hook_(hook), answers_(answers) {}

  void run() {
    try {
      for (auto i = next_++; i < questions_.size(); i = next_++)
        answers_[i].result =
            judge_flow(questions_[i].devices, *questions_[i].flow, hook_, answers_[i].notes);
    } catch (...) {
      next_ = questions_.size();
      std::scoped_lock const lock(mutex_);
      failure_ = std::current_exception();
    }
  }

  void done() const {
    if (failure_) std::rethrow_exception(failure_);
  }

 private:
  std::span<FlowQuestion const> questions_;
  Hook hook_;
  std::vector<JudgedFlow>& answers_;
  std::atomic<std::size_t> next_ = 0;
  std::mutex mutex_;
  std::exception_ptr failure_;  // no memory
};

}  // namespace

std::vector<JudgedFlow> judge_flows(std::span<FlowQuestion const> questions, Hook hook,
                                    unsigned jobs) {
  std::vector<JudgedFlow> answers(questions.size());
  Worker worker(questions, hook, answers);
  {
    std::vector<std::jthread> others;
    auto const most = std::min<std::size_t>(jobs, questions.size());
    for (std::size_t i = 1; i < most; ++i) others.emplace_back([&worker] { worker.run(); });
    worker.run();
  }
  worker.done();
  return answers;
}

}  // namespace safeconduct
