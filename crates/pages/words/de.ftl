# Jede Kennung steht auch in words/en.ftl, mit denselben Argumenten: ein Test vergleicht sie.

as-is = { $text }
in-brackets = { " " }({ $text })
title-error = Fehler: { "" }

## Auf vielen Seiten
signed-in-as = Angemeldet als { $name }
sign-out = Abmelden
continue = Weiter
cancel = Abbrechen
save = Speichern
remove = Entfernen
rename = Umbenennen
link = Verknüpfen
optional = (freiwillig)
switch-account = Anderes Konto verwenden
page-expired = Diese Seite war zu lange offen. Bitte versuchen Sie es noch einmal.
too-many-seconds = Zu viele Versuche. Versuchen Sie es in { $seconds ->
    [one] einer Sekunde
   *[other] { $seconds } Sekunden
} wieder.
too-many-minutes = Zu viele Versuche. Versuchen Sie es in { $minutes ->
    [one] einer Minute
   *[other] { $minutes } Minuten
} wieder.

## Felder
username = Benutzername
password = Passwort
display-name = Anzeigename
given-name = Vorname
family-name = Nachname
nick-name = Spitzname
job-title = Titel
email = E-Mail-Adresse
phone = Telefonnummer
language = Sprache
time-zone = Zeitzone
field-required = Bitte füllen Sie dieses Feld aus.
field-invalid = Das hat nicht die erwartete Form.
field-taken = Das verwendet schon jemand anderes.
field-too-short = { $least ->
    [one] Mindestens ein Zeichen ist nötig.
   *[other] Mindestens { $least } Zeichen sind nötig.
}
field-too-long = { $most ->
    [one] Höchstens ein Zeichen ist möglich.
   *[other] Höchstens { $most } Zeichen sind möglich.
}
field-mismatch = Die beiden Passwörter stimmen nicht überein.
field-wrong-password = Das ist nicht das bisherige Passwort.
field-not-good-enough = Dieses Passwort erfüllt die Anforderungen nicht.
field-only-way-in = Das ist Ihr einziger Weg, sich anzumelden. Fügen Sie zuerst einen anderen hinzu.
field-wrong-code = Dieser Code stimmt nicht oder nicht mehr. Geben Sie einen neuen ein.

## Passwörter
change-password-heading = Passwort ändern
change-password-required = Bitte wählen Sie ein eigenes Passwort, bevor es weitergeht.
set-password-heading = Passwort festlegen
change-password-expired = Ihr Passwort ist zu alt. Bitte wählen Sie ein neues.
change-password = Passwort ändern
current-password = Bisheriges Passwort
new-password = Neues Passwort
new-password-again = Neues Passwort, noch einmal
require-heading = Das neue Passwort
require-nothing = Wählen Sie ein Passwort, das Sie nirgendwo sonst verwenden.
require-met = (erfüllt)
require-unmet = (nicht erfüllt)
require-min = hat mindestens { $least ->
    [one] ein Zeichen
   *[other] { $least } Zeichen
}
require-max = hat höchstens { $most ->
    [one] ein Zeichen
   *[other] { $most } Zeichen
}
require-lowercase = hat mindestens { $least ->
    [one] einen Kleinbuchstaben
   *[other] { $least } Kleinbuchstaben
}
require-uppercase = hat mindestens { $least ->
    [one] einen Großbuchstaben
   *[other] { $least } Großbuchstaben
}
require-letter = hat mindestens { $least ->
    [one] einen Buchstaben
   *[other] { $least } Buchstaben
}
require-digit = hat mindestens { $least ->
    [one] eine Ziffer
   *[other] { $least } Ziffern
}
require-symbol = hat mindestens { $least ->
    [one] ein Zeichen, das weder Buchstabe noch Ziffer ist
   *[other] { $least } Zeichen, die weder Buchstaben noch Ziffern sind
}
require-one-of = hat mindestens { $least } dieser Zeichen: { $characters }
require-repeats = { $most ->
    [one] hat kein Zeichen zweimal hintereinander
   *[other] hat kein Zeichen mehr als { $most }-mal hintereinander
}
require-unique = hat mindestens { $least ->
    [one] ein Zeichen
   *[other] { $least } verschiedene Zeichen
}
require-not-common = ist keines, das viele verwenden
require-not-personal = enthält weder Ihren Namen noch Benutzernamen oder E-Mail-Adresse
require-not-recent = { $count ->
    [one] ist nicht Ihr letztes
   *[other] ist keines Ihrer letzten { $count }
}
require-min-age-days = kommt frühestens { $days ->
    [one] einen Tag
   *[other] { $days } Tage
} nach Ihrem jetzigen
require-min-age-hours = kommt frühestens { $hours ->
    [one] eine Stunde
   *[other] { $hours } Stunden
} nach Ihrem jetzigen
require-min-age-minutes = kommt frühestens { $minutes ->
    [one] eine Minute
   *[other] { $minutes } Minuten
} nach Ihrem jetzigen

## Anmeldung
sign-in-heading = Anmelden
confirm-heading = Bestätigen Sie, dass Sie es sind
sign-in-for = Weiter zu { $client }
sign-in-with = Weiter mit { $provider }
use-passkey = Passkey verwenden
passkey-failed = Das hat nicht geklappt. Versuchen Sie es noch einmal, oder melden Sie sich anders an.
passkey-unsupported = Dieser Browser kann hier keine Passkeys anlegen.
wrong-credentials = Benutzername oder Passwort stimmt nicht.
passkey-refused = Dieser Passkey wurde nicht angenommen.
provider-failed = Der andere Anbieter hat Sie nicht angemeldet.
provider-no-account = Zu dem Konto, mit dem Sie sich angemeldet haben, gehört hier kein Konto.
other-person = Sie haben sich als jemand anderes angemeldet. Melden Sie sich an wie zuvor, oder verwenden Sie ein anderes Konto.

## Zweiter Faktor
factor-heading = Noch ein Schritt
totp-lead = Geben Sie den Code ein, den Ihre Authenticator-App anzeigt.
totp-code = Code
use-recovery-code = Wiederherstellungscode verwenden
recovery-code = Wiederherstellungscode
wrong-totp = Dieser Code stimmt nicht oder wurde schon verwendet. Warten Sie auf den nächsten.
wrong-recovery-code = Dieser Wiederherstellungscode stimmt nicht oder wurde schon verwendet.

## Applications that registered themselves
client-unchecked = Diese Anwendung hat sich selbst registriert. Niemand hier hat geprüft, wer sie betreibt und ob ihr Name stimmt.
client-answer-to = Ihre Antwort geht an { $target }.

## Zustimmung
consent-heading = { $client } erlauben?
consent-required = Die Anwendung darf dann
consent-optional = Die Anwendung möchte außerdem
consent-nothing = Die Anwendung erfährt nur, dass Sie sich angemeldet haben.
consent-changed = Diese Anwendung bittet inzwischen um etwas anderes. Bitte sehen Sie es sich noch einmal an.
scope-new = neu
scope-widened = mehr als bisher
allow = Erlauben
deny = Ablehnen

## Geräte
device-heading = Ein Gerät verbinden
user-code = Code
user-code-hint = Das Gerät zeigt ihn an. Groß- und Kleinschreibung sind gleich.
user-code-unknown = Kein Gerät wartet mit diesem Code. Sehen Sie noch einmal nach, oder beginnen Sie am Gerät von vorn.
device-confirm-heading = Ist das Ihr Gerät?
device-confirm = { $client } möchte Sie auf einem Gerät anmelden, das diesen Code anzeigt:
device-confirm-warning = Wenn Ihnen jemand diesen Code geschickt hat oder Ihr Gerät einen anderen anzeigt, gehen Sie nicht weiter.
device-same-code = Ja, es zeigt diesen Code
device-other-code = Nein
device-allowed-heading = Ihr Gerät ist verbunden
device-allowed = Sie können diese Seite schließen und zu Ihrem Gerät zurückkehren.
device-denied-heading = Es wurde nichts erlaubt
device-denied = Das Gerät hat keinen Zugang. Sie können diese Seite schließen.

## Abmeldung
logout-heading = Abmelden?
logout-for = { $client } bittet Sie, sich abzumelden.
stay = Angemeldet bleiben
logged-out-heading = Sie sind abgemeldet
logged-out = Sie können diese Seite schließen.
back-to = Zurück zu { $client }

## Unterwegs
onward-heading = Einen Augenblick
onward = Sie werden zu { $host } weitergeleitet.

## Fehler
error-code = Code:
error-client-heading = Unbekannte Anwendung
error-client = Die Anwendung, von der Sie kommen, ist nicht bekannt oder nicht mehr aktiv.
error-redirect-heading = Die Anwendung bekommt keine Antwort
error-redirect = Die Anwendung, von der Sie kommen, will die Antwort an eine Adresse haben, die sie nicht registriert hat.
error-request-heading = Diese Anfrage ist nicht zu verstehen
error-request = Die Anwendung, von der Sie kommen, hat in ihrer Anfrage einen Fehler gemacht.
error-expired-heading = Diese Seite gilt nicht mehr
error-expired = Sie war zu lange offen oder wurde schon beantwortet. Gehen Sie zur Anwendung zurück und beginnen Sie von vorn.
error-form-heading = Dieses Formular wurde nicht angenommen
error-form = Es gehört nicht zu Ihrer Sitzung. Erlauben Sie Cookies für diese Seite, gehen Sie zurück und versuchen Sie es noch einmal.
error-link-heading = Dieser Link gilt nicht mehr
error-link = Er wurde schon verwendet oder ist zu alt. Bitten Sie um einen neuen.
error-not-found-heading = Seite nicht gefunden
error-not-found = Unter dieser Adresse gibt es keine Seite.
error-forbidden-heading = Nicht erlaubt
error-forbidden = Ihr Konto darf diese Seite nicht sehen.
error-too-many-heading = Zu viele Anfragen
error-too-many = Bitte warten Sie einen Augenblick und versuchen Sie es dann noch einmal.
error-provider-heading = Der andere Anbieter hat nicht wie erwartet geantwortet
error-provider = Sie wurden nicht angemeldet. Gehen Sie zurück und versuchen Sie es noch einmal, oder melden Sie sich anders an.
error-not-linked-heading = Es wurde nichts verknüpft
error-not-linked-provider = Der andere Anbieter hat nicht wie erwartet geantwortet. Gehen Sie zurück und versuchen Sie es noch einmal.
error-not-linked-taken = Dieses Konto des anderen Anbieters ist hier mit einem anderen Konto verknüpft.
error-not-linked-another = Ihr Konto ist mit einem anderen Konto dieses Anbieters verknüpft. Lösen Sie zuerst diese Verknüpfung.
error-not-linked-overtaken = Ihr Konto wurde zur gleichen Zeit geändert. Gehen Sie zurück und versuchen Sie es noch einmal.
error-unavailable-heading = Im Augenblick nicht verfügbar
error-unavailable = Bitte versuchen Sie es in ein paar Minuten noch einmal.
error-internal-heading = Etwas ist schiefgegangen
error-internal = Der Fehler liegt bei uns. Bitte versuchen Sie es noch einmal; wenn er bleibt, sagen Sie es der Administration.

## Erstes Administratorkonto
set-up-heading = Das erste Administratorkonto anlegen
set-up-lead = Dieser Link gilt einmal. Das Konto, das Sie hier anlegen, darf alles.
set-up = Konto anlegen
set-up-done-heading = Das Konto ist bereit
set-up-done = Sie können sich jetzt als { $username } anmelden.

## Externe Identitäten
link-heading = Ihr Konto bei { $provider } verknüpfen?
link-lead = { $account } kann sich dann an Ihrem Konto hier anmelden.

## Konto
account-navigation = Konto
profile-heading = Profil
profile-empty = Hier gibt es nichts zu sehen.
methods-heading = Anmeldung
identities-heading = Verknüpfte Konten
apps-heading = Anwendungen
sessions-heading = Sitzungen
added = Hinzugefügt
last-used = Zuletzt verwendet
never-used = Noch nicht verwendet
password-changed = Zuletzt geändert
no-password = Sie haben kein Passwort.
set-password = Passwort festlegen
passkeys = Passkeys
no-passkeys = Sie haben keine Passkeys. Mit einem Passkey melden Sie sich mit Fingerabdruck, Gesicht oder Geräte-PIN an.
add-passkey = Passkey hinzufügen
passkey-name = Name des Passkeys
rename-named = Umbenennen: { $name }
remove-named = Entfernen: { $name }
totp = Authenticator-App
totp-is-on = Wenn Sie sich mit Ihrem Passwort anmelden, werden Sie nach einem Code gefragt.
totp-is-off = Mit einer Authenticator-App nützt ein gestohlenes Passwort allein nichts.
totp-turn-on = Einschalten
totp-turn-off = Ausschalten
recovery-codes = Wiederherstellungscodes
recovery-left = { $count ->
    [0] Alle Codes sind verbraucht.
    [one] Ein Code ist übrig.
   *[other] { $count } Codes sind übrig.
}
recovery-none = Mit Wiederherstellungscodes kommen Sie hinein, wenn Sie Ihre Authenticator-App verloren haben.
make-recovery-codes = Neue Codes erstellen
add-passkey-heading = Passkey hinzufügen
add-passkey-lead = Ihr Browser fragt nach Fingerabdruck, Gesicht oder Geräte-PIN.
passkey-name-hint = Damit Sie ihn wiedererkennen, zum Beispiel der Name dieses Geräts.
needs-script = Passkeys brauchen JavaScript. Schalten Sie es für diese Seite ein, oder melden Sie sich anders an.
add-totp-heading = Authenticator-App einrichten
add-totp-lead = Scannen Sie dies mit Ihrer Authenticator-App, und geben Sie dann den Code ein, den sie anzeigt.
totp-qr = QR-Code für eine Authenticator-App
totp-secret = Oder tippen Sie diesen Schlüssel ein:
totp-open = In einer App auf diesem Gerät öffnen
recovery-codes-heading = Ihre Wiederherstellungscodes
recovery-codes-lead = Bewahren Sie sie sicher auf. Jeder gilt einmal, und sie werden nicht noch einmal angezeigt. Ältere gelten nicht mehr.
recovery-codes-kept = Ich habe sie aufbewahrt
identities-lead = Konten bei anderen Anbietern, mit denen Sie sich anmelden können.
identities-none = Es gibt keine anderen Anbieter.
linked-at = Verknüpft
not-linked = Nicht verknüpft
only-way-in = Nur so können Sie sich anmelden. Richten Sie einen anderen Weg ein, bevor Sie die Verknüpfung lösen.
unlink = Lösen
unlink-named = Lösen: { $name }
link-named = Verknüpfen: { $name }
apps-lead = Was Sie wem erlaubt haben.
apps-none = Sie haben keiner Anwendung etwas erlaubt.
granted-at = Erlaubt
revoke = Entziehen
revoke-named = Entziehen: { $name }
sessions-lead = Wo Sie angemeldet sind.
unknown-device = Unbekanntes Gerät
this-session = diese hier
session-began = Angemeldet
end-session = Beenden
end-other-sessions = Alle anderen Sitzungen beenden

## Was getan wurde
notice-saved = Ihre Änderungen sind gespeichert.
notice-password-changed = Ihr Passwort ist geändert.
notice-passkey-added = Der Passkey ist hinzugefügt.
notice-passkey-renamed = Der Passkey ist umbenannt.
notice-passkey-removed = Der Passkey ist entfernt.
notice-totp-on = Die Authenticator-App ist eingeschaltet.
notice-totp-off = Die Authenticator-App ist ausgeschaltet.
notice-identity-linked = Das Konto ist verknüpft.
notice-identity-unlinked = Das Konto ist nicht mehr verknüpft.
notice-app-revoked = Die Anwendung hat keinen Zugang mehr.
notice-session-ended = Die Sitzung ist beendet.
notice-other-sessions-ended = Alle anderen Sitzungen sind beendet.
