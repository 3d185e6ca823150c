# Every id stands in words/de.ftl too, with the same arguments: a test compares them.

as-is = { $text }
in-brackets = { " " }({ $text })
title-error = Error: { "" }

## On many pages
signed-in-as = Signed in as { $name }
sign-out = Sign out
continue = Continue
cancel = Cancel
save = Save
remove = Remove
rename = Rename
link = Link
optional = (optional)
switch-account = Use another account
page-expired = This page was open for too long. Please try again.
too-many-seconds = Too many attempts. Try again in { $seconds ->
    [one] one second
   *[other] { $seconds } seconds
}.
too-many-minutes = Too many attempts. Try again in { $minutes ->
    [one] one minute
   *[other] { $minutes } minutes
}.

## Fields
username = Username
password = Password
display-name = Display name
given-name = Given name
family-name = Family name
nick-name = Nickname
job-title = Title
email = E-mail address
phone = Telephone number
language = Language
time-zone = Time zone
field-required = Please fill in this field.
field-invalid = This is not in the expected form.
field-taken = Somebody else uses this already.
field-too-short = { $least ->
    [one] At least one character is needed.
   *[other] At least { $least } characters are needed.
}
field-too-long = { $most ->
    [one] At most one character fits.
   *[other] At most { $most } characters fit.
}
field-mismatch = The two passwords are not the same.
field-wrong-password = This is not the current password.
field-not-good-enough = This password does not meet the requirements.
field-only-way-in = This is your only way to sign in. Add another first.
field-wrong-code = This code is not right, or no longer. Enter a new one.

## Passwords
change-password-heading = Change your password
change-password-required = Please choose a password of your own before you go on.
set-password-heading = Set a password
change-password-expired = Your password is too old. Please choose a new one.
change-password = Change password
current-password = Current password
new-password = New password
new-password-again = New password, once more
require-heading = The new password
require-nothing = Choose a password that you use nowhere else.
require-met = (met)
require-unmet = (not met)
require-min = has at least { $least ->
    [one] one character
   *[other] { $least } characters
}
require-max = has at most { $most ->
    [one] one character
   *[other] { $most } characters
}
require-lowercase = has at least { $least ->
    [one] one lower-case letter
   *[other] { $least } lower-case letters
}
require-uppercase = has at least { $least ->
    [one] one upper-case letter
   *[other] { $least } upper-case letters
}
require-letter = has at least { $least ->
    [one] one letter
   *[other] { $least } letters
}
require-digit = has at least { $least ->
    [one] one digit
   *[other] { $least } digits
}
require-symbol = has at least { $least ->
    [one] one character that is no letter or digit
   *[other] { $least } characters that are no letters or digits
}
require-one-of = has at least { $least } of these characters: { $characters }
require-repeats = { $most ->
    [one] has no character twice in a row
   *[other] has no character more than { $most } times in a row
}
require-unique = has at least { $least ->
    [one] one character
   *[other] { $least } different characters
}
require-not-common = is not one that many people use
require-not-personal = does not contain your name, username or e-mail address
require-not-recent = { $count ->
    [one] is not your last one
   *[other] is none of your last { $count }
}
require-min-age-days = comes at least { $days ->
    [one] one day
   *[other] { $days } days
} after your current one
require-min-age-hours = comes at least { $hours ->
    [one] one hour
   *[other] { $hours } hours
} after your current one
require-min-age-minutes = comes at least { $minutes ->
    [one] one minute
   *[other] { $minutes } minutes
} after your current one

## Sign-in
sign-in-heading = Sign in
confirm-heading = Confirm it is you
sign-in-for = To continue to { $client }
sign-in-with = Continue with { $provider }
use-passkey = Use a passkey
passkey-failed = That did not work. Try again, or sign in another way.
passkey-unsupported = This browser cannot make passkeys here.
wrong-credentials = The username or the password is not right.
passkey-refused = This passkey was not accepted.
provider-failed = The other provider did not sign you in.
provider-no-account = No account here belongs to the account that you signed in with.
other-person = You signed in as somebody else. Sign in as before, or use another account.

## Second factor
factor-heading = One more step
totp-lead = Enter the code that your authenticator app shows.
totp-code = Code
use-recovery-code = Use a recovery code
recovery-code = Recovery code
wrong-totp = This code is not right, or was used already. Wait for the next one.
wrong-recovery-code = This recovery code is not right, or was used already.

## Applications that registered themselves
client-unchecked = This application registered itself. Nobody here has checked who runs it or whether its name is true.
client-answer-to = Your answer goes to { $target }.

## Consent
consent-heading = Allow { $client }?
consent-required = It will be able to
consent-optional = It would also like to
consent-nothing = It will only know that you signed in.
consent-changed = What this application asks for has changed. Please look at it again.
scope-new = new
scope-widened = more than before
allow = Allow
deny = Deny

## Devices
device-heading = Connect a device
user-code = Code
user-code-hint = The device shows it. Upper or lower case does not matter.
user-code-unknown = No device is waiting with this code. Look again, or start anew on the device.
device-confirm-heading = Is this your device?
device-confirm = { $client } wants to sign in on a device that shows this code:
device-confirm-warning = If somebody sent you this code, or your device shows another one, do not continue.
device-same-code = Yes, it shows this code
device-other-code = No
device-allowed-heading = Your device is connected
device-allowed = You can close this page and go back to your device.
device-denied-heading = Nothing was allowed
device-denied = The device has no access. You can close this page.

## Sign-out
logout-heading = Sign out?
logout-for = { $client } asks you to sign out.
stay = Stay signed in
logged-out-heading = You are signed out
logged-out = You can close this page.
back-to = Back to { $client }

## On the way
onward-heading = One moment
onward = You are being taken to { $host }.

## Errors
error-code = Code:
error-client-heading = Unknown application
error-client = The application that sent you here is not known, or no longer active.
error-redirect-heading = The application cannot be answered
error-redirect = The application that sent you here asks for an answer at an address that it has not registered.
error-request-heading = This request cannot be understood
error-request = The application that sent you here made a mistake in its request.
error-expired-heading = This page is no longer valid
error-expired = It was open for too long, or was answered already. Go back to the application and start anew.
error-form-heading = This form was not accepted
error-form = It does not belong to your session. Allow cookies for this site, go back and try again.
error-link-heading = This link no longer works
error-link = It was used already, or is too old. Ask for a new one.
error-not-found-heading = Page not found
error-not-found = There is no page at this address.
error-forbidden-heading = Not allowed
error-forbidden = Your account may not see this page.
error-too-many-heading = Too many requests
error-too-many = Please wait a moment, then try again.
error-provider-heading = The other provider did not answer as expected
error-provider = You were not signed in. Go back and try again, or sign in another way.
error-not-linked-heading = Nothing was linked
error-not-linked-provider = The other provider did not answer as expected. Go back and try again.
error-not-linked-taken = This account of the other provider is linked to another account here.
error-not-linked-another = Your account is linked to another account of this provider. Unlink that first.
error-not-linked-overtaken = Your account was changed at the same time. Go back and try again.
error-unavailable-heading = Not available right now
error-unavailable = Please try again in a few minutes.
error-internal-heading = Something went wrong
error-internal = The mistake is ours. Please try again; if it stays, tell an administrator.

## First administrator
set-up-heading = Create the first administrator
set-up-lead = This link works once. The account that you create here may do everything.
set-up = Create account
set-up-done-heading = The account is ready
set-up-done = You can now sign in as { $username }.

## External identities
link-heading = Link your { $provider } account?
link-lead = { $account } will be able to sign in to your account here.

## Account
account-navigation = Account
profile-heading = Profile
profile-empty = There is nothing to show.
methods-heading = Signing in
identities-heading = Linked accounts
apps-heading = Applications
sessions-heading = Sessions
added = Added
last-used = Last used
never-used = Not used yet
password-changed = Last changed
no-password = You have no password.
set-password = Set a password
passkeys = Passkeys
no-passkeys = You have no passkeys. A passkey signs you in with your fingerprint, face or device PIN.
add-passkey = Add a passkey
passkey-name = Name of the passkey
rename-named = Rename { $name }
remove-named = Remove { $name }
totp = Authenticator app
totp-is-on = You are asked for a code when you sign in with your password.
totp-is-off = With an authenticator app, a stolen password alone is of no use.
totp-turn-on = Turn on
totp-turn-off = Turn off
recovery-codes = Recovery codes
recovery-left = { $count ->
    [0] All codes are used up.
    [one] One code is left.
   *[other] { $count } codes are left.
}
recovery-none = Recovery codes let you in when you have lost your authenticator app.
make-recovery-codes = Make new codes
add-passkey-heading = Add a passkey
add-passkey-lead = Your browser will ask for your fingerprint, face or device PIN.
passkey-name-hint = To tell it from others, for instance the name of this device.
needs-script = Passkeys need JavaScript. Turn it on for this page, or use another way to sign in.
add-totp-heading = Set up an authenticator app
add-totp-lead = Scan this with your authenticator app, then enter the code that it shows.
totp-qr = QR code for an authenticator app
totp-secret = Or type this key:
totp-open = Open in an app on this device
recovery-codes-heading = Your recovery codes
recovery-codes-lead = Keep them in a safe place. Each works once, and they are not shown again. Older ones no longer work.
recovery-codes-kept = I have kept them
identities-lead = Accounts of other providers that you can sign in with.
identities-none = There are no other providers.
linked-at = Linked
not-linked = Not linked
only-way-in = This is your only way to sign in. Add another before you unlink it.
unlink = Unlink
unlink-named = Unlink { $name }
link-named = Link { $name }
apps-lead = What you have allowed, and to whom.
apps-none = You have not allowed any application anything.
granted-at = Allowed
revoke = Take away
revoke-named = Take away access from { $name }
sessions-lead = Where you are signed in.
unknown-device = Unknown device
this-session = this one
session-began = Signed in
end-session = End
end-other-sessions = End all other sessions

## What was done
notice-saved = Your changes are saved.
notice-password-changed = Your password is changed.
notice-passkey-added = The passkey is added.
notice-passkey-renamed = The passkey is renamed.
notice-passkey-removed = The passkey is removed.
notice-totp-on = The authenticator app is turned on.
notice-totp-off = The authenticator app is turned off.
notice-identity-linked = The account is linked.
notice-identity-unlinked = The account is no longer linked.
notice-app-revoked = The application has no access any more.
notice-session-ended = The session is ended.
notice-other-sessions-ended = All other sessions are ended.
