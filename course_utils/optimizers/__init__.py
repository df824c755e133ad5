"""Optimizers, learning-rate schedules and gradient clipping in NumPy. Taught in chapter 07.

``update_rules`` and ``adam`` hold the mathematics (4 to 8 lines an optimizer), ``base`` what all optimizers share
(checks, state), ``schedules`` the learning rate as a function of the step, ``clipping`` the bound on the gradient,
``bent_valley`` a surface to watch them on.

>>> import numpy as np
>>> weight = np.array([4.0])
>>> optimizer, schedule = SGD([weight], lr=0.1, momentum=0.9), cosine(0.1, total_steps=200)
>>> for step in range(200):
...     optimizer.lr = schedule(step)
...     optimizer.step([2 * weight])  # the gradient of weight**2
>>> bool(abs(weight[0]) < 1e-3)
True
"""

from course_utils.optimizers.adam import Adam, AdamW
from course_utils.optimizers.base import Optimizer
from course_utils.optimizers.bent_valley import bent_valley, cross_bent_valley
from course_utils.optimizers.clipping import clip_grad_norm
from course_utils.optimizers.schedules import Schedule, cosine, linear_warmup, one_cycle, step_decay
from course_utils.optimizers.update_rules import SGD, AdaDelta, AdaGrad, RMSProp

__all__ = [
    "SGD",
    "AdaDelta",
    "AdaGrad",
    "Adam",
    "AdamW",
    "Optimizer",
    "RMSProp",
    "Schedule",
    "bent_valley",
    "clip_grad_norm",
    "cosine",
    "cross_bent_valley",
    "linear_warmup",
    "one_cycle",
    "step_decay",
]
