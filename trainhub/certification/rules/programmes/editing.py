"""Changing a programme piece by piece: each verb takes a content and gives the changed one.

What is being written need not be whole yet; `checks` judges it when it is published. A *place*
is the way to a member through a stage's groups: ``(2, 0)`` is the first of its third member.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TypeVar

from trainhub.certification.rules.programmes.checks import COMPOSITE
from trainhub.certification.rules.programmes.content import (
    Group,
    ProgrammeContent,
    Requirement,
    Stage,
    Titles,
)

Place = tuple[int, ...]
Member = str | Group
_Thing = TypeVar("_Thing")


def put_stage(content: ProgrammeContent, stage: Stage, was: str = "") -> ProgrammeContent:
    """Add a stage at the end, or give the one whose key `was` this key and these titles."""
    if not was:
        return replace(content, stages=(*content.stages, stage))
    stages = tuple(
        replace(one, key=stage.key, titles=stage.titles) if one.key == was else one
        for one in content.stages
    )
    return replace(content, stages=stages)


def move_stage(content: ProgrammeContent, key: str, way: int) -> ProgrammeContent:
    """Move a stage before (-1) or behind (1) its neighbour; at the edge it stays."""
    at = _stage_index(content, key)
    return replace(content, stages=_swapped(content.stages, at, way))


def remove_stage(content: ProgrammeContent, key: str) -> ProgrammeContent:
    """Take a stage away with everything that is asked for in it."""
    stage = get_stage(content, key)
    for requirement_key in list(stage.needs.requirement_keys()):
        content = remove_requirement(content, requirement_key)
    return replace(content, stages=tuple(one for one in content.stages if one.key != key))


def get_stage(content: ProgrammeContent, key: str) -> Stage:
    """The stage of that key; KeyError where there is none."""
    return content.stages[_stage_index(content, key)]


def stage_of(content: ProgrammeContent, requirement_key: str) -> Stage | None:
    """The stage that asks for a requirement."""
    for stage in content.stages:
        if requirement_key in stage.needs.requirement_keys():
            return stage
    return None


def put_requirement(
    content: ProgrammeContent, requirement: Requirement, stage_key: str, was: str = ""
) -> ProgrammeContent:
    """Add a requirement to the end of a stage, or put it in the place of the one that `was`.

    One that changes its stage goes to the end of the new one; one that changes its key keeps
    its place wherever the programme names it.
    """
    if was:
        content = _renamed(content, was, requirement.key)
        stays = stage_of(content, requirement.key)
        known = tuple(
            requirement if one.key == requirement.key else one for one in content.requirements
        )
        content = replace(content, requirements=known)
        if stays is not None and stays.key == stage_key:
            return content
        content = _without_member(content, requirement.key)
    else:
        content = replace(content, requirements=(*content.requirements, requirement))
    return _change_needs(
        content, stage_key, lambda needs: replace(needs, members=(*needs.members, requirement.key))
    )


def remove_requirement(content: ProgrammeContent, key: str) -> ProgrammeContent:
    """Take a requirement away, also from the renewal and from combined results."""
    content = _without_member(content, key)
    return replace(
        content,
        requirements=tuple(
            _with_parts(one, lambda part: None if part == key else part)
            for one in content.requirements
            if one.key != key
        ),
        renewal=tuple(one for one in content.renewal if one != key),
    )


def move_member(
    content: ProgrammeContent, stage_key: str, place: Place, way: int
) -> ProgrammeContent:
    """Move a member within its group; beyond the edge of a stage, into the neighbouring one."""
    parent = get_group(content, stage_key, place[:-1])
    there = place[-1] + way
    if 0 <= there < len(parent.members):
        moved = replace(parent, members=_swapped(parent.members, place[-1], way))
        return _put_group(content, stage_key, place[:-1], moved)
    at = _stage_index(content, stage_key) + way
    if len(place) > 1 or not 0 <= at < len(content.stages):
        return content
    member = parent.members[place[-1]]
    content = _change_needs(content, stage_key, lambda needs: _without_place(needs, place[-1]))

    def take_in(needs: Group) -> Group:
        members = (member, *needs.members) if way > 0 else (*needs.members, member)
        return replace(needs, members=members)

    return _change_needs(content, content.stages[at].key, take_in)


def get_group(content: ProgrammeContent, stage_key: str, place: Place) -> Group:
    """The group at a place, the stage's own at the empty one. KeyError where there is none."""
    group = get_stage(content, stage_key).needs
    for step in place:
        inner = group.members[step] if step < len(group.members) else None
        if not isinstance(inner, Group):
            raise KeyError(place)
        group = inner
    return group


def gather(
    content: ProgrammeContent,
    stage_key: str,
    parent: Place,
    chosen: Sequence[int],
    least: int | None,
    titles: Titles,
) -> ProgrammeContent:
    """Make one group of the chosen members (by number) of the group at `parent`."""
    outer = get_group(content, stage_key, parent)
    picked = [outer.members[number] for number in sorted(chosen)]
    made = Group(tuple(picked), least, titles)
    members = _with_group(outer.members, min(chosen), set(chosen), made)
    return _put_group(content, stage_key, parent, replace(outer, members=members))


def regroup(
    content: ProgrammeContent,
    stage_key: str,
    place: Place,
    kept: Sequence[int],
    taken: Sequence[int],
    least: int | None,
    titles: Titles,
) -> ProgrammeContent:
    """Change a group: the `kept` of its own members stay, the `taken` of its neighbours come in.

    Members that are not kept go back to stand behind it; a group that keeps none is dissolved.
    """
    own, outer = get_group(content, stage_key, place), get_group(content, stage_key, place[:-1])
    inside = [own.members[number] for number in sorted(kept)]
    inside += [outer.members[number] for number in sorted(taken) if number != place[-1]]
    out = [one for number, one in enumerate(own.members) if number not in kept]
    members: list[Member] = []
    for number, member in enumerate(outer.members):
        if number == place[-1]:
            members += [Group(tuple(inside), least, titles)] if inside else []
            members += out
        elif number not in taken:
            members.append(member)
    return _put_group(content, stage_key, place[:-1], replace(outer, members=tuple(members)))


def dissolve(content: ProgrammeContent, stage_key: str, place: Place) -> ProgrammeContent:
    """Let a group's members stand by themselves again, where it stood."""
    return regroup(content, stage_key, place, (), (), None, {})


def free_key(content: ProgrammeContent, wished: str) -> str:
    """`wished`, or with a number behind it where a requirement has it already."""
    taken = {one.key for one in content.requirements}
    key, number = wished, 2
    while key in taken:
        key, number = f"{wished}-{number}", number + 1
    return key


def free_stage_key(content: ProgrammeContent) -> str:
    """A key for a further stage."""
    taken, number = {stage.key for stage in content.stages}, len(content.stages) + 1
    while f"stage-{number}" in taken:
        number += 1
    return f"stage-{number}"


def _swapped(things: tuple[_Thing, ...], at: int, way: int) -> tuple[_Thing, ...]:
    there = at + way
    if not 0 <= there < len(things):
        return things
    new = list(things)
    new[at], new[there] = new[there], new[at]
    return tuple(new)


def _with_group(
    members: Sequence[Member], first: int, gone: set[int], made: Group
) -> tuple[Member, ...]:
    kept: list[Member] = []
    for number, member in enumerate(members):
        if number == first:
            kept.append(made)
        elif number not in gone:
            kept.append(member)
    return tuple(kept)


def _stage_index(content: ProgrammeContent, key: str) -> int:
    for number, stage in enumerate(content.stages):
        if stage.key == key:
            return number
    raise KeyError(key)


def _change_needs(
    content: ProgrammeContent, stage_key: str, change: Callable[[Group], Group]
) -> ProgrammeContent:
    stages = tuple(
        replace(one, needs=change(one.needs)) if one.key == stage_key else one
        for one in content.stages
    )
    return replace(content, stages=stages)


def _put_group(
    content: ProgrammeContent, stage_key: str, place: Place, group: Group
) -> ProgrammeContent:
    return _change_needs(content, stage_key, lambda needs: _put_inside(needs, place, group))


def _put_inside(outer: Group, place: Place, group: Group) -> Group:
    if not place:
        return group
    inner = outer.members[place[0]]
    assert isinstance(inner, Group)
    changed = _put_inside(inner, place[1:], group)
    members = (*outer.members[: place[0]], changed, *outer.members[place[0] + 1 :])
    return replace(outer, members=members)


def _without_place(group: Group, number: int) -> Group:
    return replace(group, members=(*group.members[:number], *group.members[number + 1 :]))


def _without_member(content: ProgrammeContent, key: str) -> ProgrammeContent:
    stages = tuple(replace(one, needs=_without(one.needs, key)) for one in content.stages)
    return replace(content, stages=stages)


def _without(group: Group, key: str) -> Group:
    """The group without a requirement, and without groups that are empty then."""
    members = (m if isinstance(m, str) else _without(m, key) for m in group.members)
    return replace(
        group, members=tuple(m for m in members if m != key and (isinstance(m, str) or m.members))
    )


def _renamed(content: ProgrammeContent, old: str, new: str) -> ProgrammeContent:
    if old == new:
        return content
    return replace(
        content,
        stages=tuple(replace(s, needs=_with_key(s.needs, old, new)) for s in content.stages),
        requirements=tuple(
            _with_parts(
                replace(one, key=new) if one.key == old else one,
                lambda part: new if part == old else part,
            )
            for one in content.requirements
        ),
        renewal=tuple(new if one == old else one for one in content.renewal),
    )


def _with_key(group: Group, old: str, new: str) -> Group:
    members = tuple(
        (new if m == old else m) if isinstance(m, str) else _with_key(m, old, new)
        for m in group.members
    )
    return replace(group, members=members)


def _with_parts(one: Requirement, renamed: Callable[[str], str | None]) -> Requirement:
    if one.kind != COMPOSITE:
        return one
    parts = [
        {**part, "requirement": name}
        for part in one.settings["parts"]
        if (name := renamed(part["requirement"])) is not None
    ]
    return replace(one, settings={**one.settings, "parts": parts})
