"""Runs notebooks that may hold anything, several at once, and gives back what they printed.

One interface, :class:`~course.grading.engine.jobs.Runner`: jobs go in, results come out as they finish. The engine
knows notebooks and nothing of grades, gradebooks or students.

=============  =================================================================================================
jobs           what goes in and comes out
pool           the runner: keeps a zygote and as many children as asked for, and holds them to their limits
sandbox        bubblewrap around the zygote: what is bound, whether it can be had here (launch: as root)
zygote         in the sandbox: imports once, forks a child for each job
confine        what a child gives up before it runs anything (seccomp: the system calls)
cells          in the child: cells as a kernel would run them
output         in the child: what they show, as frames (widgets: what a front end does for Output widgets)
wire           frames between the two sides
transcript     in the coordinator: messages to outputs
child          in the coordinator: one child, what it sent and may still use
watch          in the coordinator: what a child's processes use (overrun: which limit that is over)
kernels        the other runner: Jupyter kernels, no sandbox
=============  =================================================================================================

This module imports none of them: the sandbox needs few, and kernels are slow to import.
"""
