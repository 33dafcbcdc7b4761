"""What rosters and gradebooks of learning platforms call their columns.

Names are as :func:`course.grading.sheets.plain` has them. Moodle names its columns in the language of whoever
downloads; Canvas's are English always.
"""

from __future__ import annotations

# The first that holds something is taken: what a person calls "id", then accounts, then numbers of an office
IDS = (
    "id",
    "studentid",
    "username",
    "login",
    "loginid",
    "sisloginid",
    "anmeldename",
    "benutzername",
    "nomdutilisateur",
    "nombredeusuario",
    "nomeutente",
    "gebruikersnaam",
    "idnumber",
    "idnummer",
    "numerodidentification",
    "numerodeid",
    "sisuserid",
    "studentnumber",
    "matriculationnumber",
    "matrikelnummer",
)
FIRST_NAMES = ("firstname", "givenname", "forename", "vorname", "prenom", "nombre", "nome", "voornaam")
LAST_NAMES = (
    "lastname",
    "surname",
    "familyname",
    "nachname",
    "nom",
    "nomdefamille",
    "apellidos",
    "cognome",
    "achternaam",
)
FULL_NAMES = (
    "fullname",
    "name",
    "student",
    "vollstandigername",
    "nomcomplet",
    "nombrecompleto",
    "nomecompleto",
    "volledigenaam",
)
EMAILS = (
    "email",
    "emailaddress",
    "mail",
    "emailadresse",
    "adressedecourriel",
    "direcciondecorreo",
    "correoelectronico",
    "indirizzoemail",
    "emailadres",
)
LMS_IDS = ("lmsuserid", "canvasid", "canvasuserid", "moodleid", "userid")
ROLES = ("roles", "role", "rollen", "rolle", "ruoli")
STUDENT_ROLES = ("student", "teilnehmer", "etudiant", "estudiante", "studente", "deelnemer")

CANVAS_ACCOUNTS = ("sisloginid", "sisuserid")  # a gradebook of Canvas's has these; its "ID" is the LMS's own number
NO_PEOPLE = ("points possible", "manual posting", "student, test", "test student")  # what a row can stand for there
