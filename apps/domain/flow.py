"""A feasible whole-number flow between lower and upper bounds (Dinic's algorithm)."""

from collections import deque
from dataclasses import dataclass, field


@dataclass
class Network:
    """Nodes are small integers; every arc carries between ``low`` and ``high`` units.

    Lower bounds become demands between a super source and a super sink; the flow is feasible
    when all demands are met (Hoffman's circulation theorem, solved after Dinic 1970).
    """

    size: int
    heads: list[int] = field(default_factory=list)
    room: list[int] = field(default_factory=list)
    lows: list[int] = field(default_factory=list)
    arcs_of: list[list[int]] = field(default_factory=list)
    excess: list[int] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.arcs_of = [[] for _ in range(self.size + 2)]
        self.excess = [0] * self.size

    def arc(self, tail: int, head: int, low: int, high: int) -> int:
        """Adds an arc and returns its number."""
        number = self._pair(tail, head, high - low, low)
        self.excess[head] += low
        self.excess[tail] -= low
        return number

    def _pair(self, tail: int, head: int, room: int, low: int = 0) -> int:
        number = len(self.heads)
        self.heads += [head, tail]
        self.room += [room, 0]
        self.lows += [low, 0]
        self.arcs_of[tail].append(number)
        self.arcs_of[head].append(number + 1)
        return number

    def carried(self, number: int) -> int:
        """Units on an arc after ``solve``."""
        return self.lows[number] + self.room[number + 1]

    def solve(self) -> bool:
        """Finds a feasible flow; False if there is none."""
        source, sink, wanted = self.size, self.size + 1, 0
        for node, units in enumerate(self.excess):
            if units > 0:
                self._pair(source, node, units)
                wanted += units
            elif units < 0:
                self._pair(node, sink, -units)
        sent = 0
        while levels := self._levels(source, sink):
            tried = [0] * (self.size + 2)
            while units := self._push(source, sink, levels, tried):
                sent += units
        return sent == wanted

    def _levels(self, source: int, sink: int) -> list[int] | None:
        levels = [-1] * (self.size + 2)
        levels[source] = 0
        queue = deque([source])
        while queue:
            node = queue.popleft()
            for arc in self.arcs_of[node]:
                if self.room[arc] and levels[self.heads[arc]] < 0:
                    levels[self.heads[arc]] = levels[node] + 1
                    queue.append(self.heads[arc])
        return levels if levels[sink] >= 0 else None

    def _push(self, source: int, sink: int, levels: list[int], tried: list[int]) -> int:
        """One augmenting path along rising levels, without recursion: paths can be long."""
        path: list[int] = []
        node = source
        while node != sink:
            arc = self._next_arc(node, levels, tried)
            if arc is not None:
                path.append(arc)
                node = self.heads[arc]
            elif not path:
                return 0
            else:
                arc = path.pop()
                node = self.heads[arc ^ 1]
                tried[node] += 1
        units = min(self.room[arc] for arc in path)
        for arc in path:
            self.room[arc] -= units
            self.room[arc ^ 1] += units
        return units

    def _next_arc(self, node: int, levels: list[int], tried: list[int]) -> int | None:
        arcs = self.arcs_of[node]
        while tried[node] < len(arcs):
            arc = arcs[tried[node]]
            if self.room[arc] and levels[self.heads[arc]] == levels[node] + 1:
                return arc
            tried[node] += 1
        return None
