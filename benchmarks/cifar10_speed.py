"""How well does the fast recipe of lecture 10 know CIFAR-10, and after how many seconds of training?

Trains on 45,000 images, already on the device, and uses the 10,000 test images once for each seed, after the clock has
stopped. Needs CIFAR-10 (`course data get cifar10`) and an idle machine. Each result goes to results/cifar10.json.

    python benchmarks/cifar10_speed.py --budget 5          # seeds 0, 1, 2: a quarter of an hour on two CPU cores
    python benchmarks/cifar10_speed.py --budget 15         # three quarters of an hour
    python benchmarks/cifar10_speed.py --budget gpu --compile default          # 94 % on one GPU
    python benchmarks/cifar10_speed.py --budget gpu --compile reduce-overhead  # the same with CUDA graphs
    python benchmarks/cifar10_speed.py --budget 5 --seeds 1 --epochs 1 --dry-run  # does it run? Stores nothing
"""

from __future__ import annotations

import argparse
import copy
import statistics
import time

import torch
from stored import store
from torch import Tensor, nn
from two_looks import flipped_accuracy

from course_utils import data, evaluation, models, settings, training

BUDGETS = {  # name: (width of the network, epochs, pictures in a batch)
    "5": (32, 8, 128),
    "15": (48, 14, 128),
    "gpu": (64, 14, 512),
}
Pair = tuple[Tensor, Tensor]


def normalised() -> tuple[Pair, Pair]:
    """Return the training and the test set on the device."""
    dataset = data.cifar10()
    if dataset.is_substitute:
        raise SystemExit("This measures CIFAR-10: course data get cifar10")
    mean, std = (torch.tensor(values)[:, None, None] for values in (dataset.mean, dataset.std))
    device = settings.device()
    train = ((dataset.X_train - mean) / std).to(device), dataset.y_train.to(device)
    return train, ((dataset.X_test - mean) / std, dataset.y_test)


def start_up(model: nn.Module, train: Pair, batch_size: int) -> float:
    """Let every kernel be chosen or compiled on batches of both sizes that will occur; return the seconds it took."""
    untrained = copy.deepcopy(model.state_dict())
    few = 2 * batch_size + len(train[0]) % batch_size
    start = time.perf_counter()
    training.fit_fast(model, (train[0][:few], train[1][:few]), epochs=1, batch_size=batch_size, verbose=False)
    wait()
    seconds = time.perf_counter() - start
    model.load_state_dict(untrained)
    return seconds


def measure(seed: int, train: Pair, test: Pair, arguments: argparse.Namespace) -> dict[str, float]:
    """Train once and return accuracies on the test images and seconds."""
    torch.manual_seed(seed)
    width, epochs, batch_size = arguments.width, arguments.epochs, arguments.batch_size
    model = models.SmallResNet(width).to(settings.device())
    if arguments.compile != "none":
        model.compile(mode=arguments.compile, dynamic=False)
    before = start_up(model, train, batch_size)
    torch.manual_seed(seed)
    start = time.perf_counter()
    history = training.fit_fast(model, train, epochs=epochs, batch_size=batch_size, seed=seed, verbose=False)
    wait()
    seconds = time.perf_counter() - start
    return {
        "seed": seed,
        "accuracy": evaluation.evaluate(model, test).accuracy,
        "accuracy_with_flips": flipped_accuracy(model, test),
        "training_seconds": round(seconds, 1),
        "start_up_seconds": round(before, 1),
        "training_loss": round(history.train_loss[-1], 3),
    }


def wait() -> None:
    """Wait for the work that is still queued on a GPU."""
    if settings.device().type == "cuda":
        torch.cuda.synchronize()


def read_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--budget", choices=BUDGETS, default="5", help="minutes on two CPU cores, or gpu")
    parser.add_argument("--seeds", type=int, default=3, help="number of seeds: 0, 1, …")
    parser.add_argument("--width", type=int, help="of the network, in place of the budget's")
    parser.add_argument("--epochs", type=int, help="in place of the budget's")
    parser.add_argument("--batch-size", type=int, help="in place of the budget's")
    parser.add_argument("--compile", choices=["none", "default", "reduce-overhead", "max-autotune"], default="none")
    parser.add_argument("--dry-run", action="store_true", help="store nothing")
    arguments = parser.parse_args()
    width, epochs, batch_size = BUDGETS[arguments.budget]
    arguments.width = arguments.width or width
    arguments.epochs = arguments.epochs or epochs
    arguments.batch_size = arguments.batch_size or batch_size
    return arguments


def main() -> None:
    arguments = read_arguments()
    torch.set_float32_matmul_precision("high")
    train, test = normalised()
    print(f"{settings.device()}, {torch.get_num_threads()} threads, {arguments}")
    runs = []
    for seed in range(arguments.seeds):
        runs.append(measure(seed, train, test, arguments))
        print(runs[-1], flush=True)
    mean = {key: statistics.mean(run[key] for run in runs) for key in ("accuracy", "accuracy_with_flips")}
    print(", ".join(f"mean {key.replace('_', ' ')} {value:.2%}" for key, value in mean.items()))
    if arguments.dry_run:
        return
    settings_used = {key: getattr(arguments, key) for key in ("width", "epochs", "batch_size", "compile")}
    bfloat16 = training.has_bfloat16(settings.device())
    name = arguments.budget if arguments.compile == "none" else f"{arguments.budget}, compile={arguments.compile}"
    store("cifar10.json", name, settings_used | {"bfloat16": bfloat16, "runs": runs})


if __name__ == "__main__":
    main()
