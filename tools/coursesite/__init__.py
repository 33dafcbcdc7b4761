"""The course site: pages for students, instructors and maintainers, as a folder that any browser opens.

`make site` builds it in build/site/. :mod:`.build` leads: it writes Sphinx's sources (:mod:`.topics`,
:mod:`.pages`, :mod:`.landing`, :mod:`.guides`, :mod:`.reference`) into build/site-work/ and runs Sphinx with
:mod:`.conf` on them.
"""
