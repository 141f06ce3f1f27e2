"""What everything stands on: values, errors, clock, parameters, mailboxes."""
