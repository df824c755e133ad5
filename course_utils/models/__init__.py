"""The networks of the course. Taught from chapter 09 on.

``reader`` holds the ready network of the first lecture.
``digits`` holds the two networks for handwritten digits.
``lenet``, ``alexnet``, ``deep`` and ``resnet`` hold those for images of things, in the order of chapter 10.
``summary`` lists the layers of any network.
``unet`` holds the network for masks.
``pretrained`` finds torchvision's networks with trained weights; ``transfer`` fits them to a new task.
"""

from course_utils.models.alexnet import AlexNet, AlexNet32
from course_utils.models.deep import DeepNet
from course_utils.models.digits import DigitNet, SmallDigitNet
from course_utils.models.lenet import LeNet5, LeNet32
from course_utils.models.pretrained import pretrained
from course_utils.models.reader import digit_reader
from course_utils.models.resnet import SmallResNet
from course_utils.models.summary import LayerRow, layer_table
from course_utils.models.transfer import TransferNet, features, replace_head
from course_utils.models.unet import UNet

__all__ = [
    "AlexNet",
    "AlexNet32",
    "DeepNet",
    "DigitNet",
    "LayerRow",
    "LeNet5",
    "LeNet32",
    "SmallDigitNet",
    "SmallResNet",
    "TransferNet",
    "UNet",
    "digit_reader",
    "features",
    "layer_table",
    "pretrained",
    "replace_head",
]
