-- title: Sensitive Columns Exposed
-- level: ERROR
-- facing: EXTERNAL
-- categories: SECURITY
-- description: A table that can be read over the API without row security has columns whose names speak of secrets or persons.
-- remediation: Enable row level security on the table, or move the columns to a table that the API does not serve.
with words (word) as (
  select unnest(string_to_array(
    'access_token account_number activation_key api_key apikey auth_code auth_key backup_code bank_account bearer_token '
    || 'bic card_number certificate credit_card cvc cvn cvv device_uuid driver_license drivers_license '
    || 'facial_recognition gpg_key health_insurance health_record iban imei insurance_number jwt license_key '
    || 'license_number mac_address macaddr medical_insurance medical_record national_id oauth_token otp passphrase '
    || 'passport_id passport_number passwd password patient_id pgp_key private_key pwd recovery_code refresh_token '
    || 'routing_number secret secret_key session_id session_key session_secret session_token social_security '
    || 'social_security_number ssh_key ssn swift_code tax_id token treatment two_factor verification_code 2fa_code '
    || '2fa_secret', ' '))
),
telling as (
  select c.oid, n.nspname, c.relname, array_agg(a.attname order by a.attname) as columns,
         array_agg(distinct w.word order by w.word) as patterns
  from pg_class c
  join pg_namespace n on n.oid = c.relnamespace
  join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
  join words w on w.word = replace(lower(a.attname), '-', '_')
  where c.relkind = 'r' and not c.relrowsecurity and :exposed(n.nspname) and :api_reads(c.oid)
  group by c.oid, n.nspname, c.relname
)
select format('table %s.%s can be read over the API without row security, and has the columns %s', nspname, relname,
              array_to_string(columns, ', ')) as detail,
       jsonb_build_object('schema', nspname, 'name', relname, 'type', 'table', 'sensitive_columns', columns,
                          'matched_patterns', patterns) as metadata,
       format('sensitive_columns_exposed_%s_%s', nspname, relname) as cache_key,
       'table' as kind,
       :id(nspname) || '.' || :id(relname) as identity
from telling
