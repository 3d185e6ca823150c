"""The same requests to Ambit and to an independent SCIM server: their answers must agree."""
