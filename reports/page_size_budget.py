"""How many pictures a page can hold before it opens slowly; counted in characters of base64."""

from collections.abc import Sequence

from harness.results.document import Picture


def size(pictures: Sequence[Picture]) -> int:
    """Count the characters that pictures take."""
    return sum(
        len(picture.clean) + len(picture.perturbed) + len(picture.difference)
        for picture in pictures
    )


def fitting(sheets: Sequence[Sequence[Picture]], most: int, room: int) -> int:
    """Count how many pictures of each sheet fit into the room; at least 1, at most `most`."""
    for number in range(most, 1, -1):
        if sum(size(pictures[:number]) for pictures in sheets) <= room:
            return number
    return 1
