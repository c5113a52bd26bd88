"""Container images made, pushed and copied without a container engine."""

from pipelines.images.build import build_image, push_image
from pipelines.images.copy import copy_image
from pipelines.images.image import Descriptor, Image
from pipelines.images.registry import Registry

__all__ = ["Descriptor", "Image", "Registry", "build_image", "copy_image", "push_image"]
