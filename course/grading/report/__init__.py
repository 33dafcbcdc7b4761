"""The report of an assignment: how a class did, on one page, from the gradebook and autograded/.

gather, graded
            what there is to report
items       exercises in numbers: difficulty, discrimination
mistakes    what the tests told students
tokens, fingerprints, solutions, alike, sidebyside, work
            which solutions are alike
words       what students wrote of sections
figures…    the plots
pseudonyms  what students are called
tables      rows of the tables
page        puts it together
"""
