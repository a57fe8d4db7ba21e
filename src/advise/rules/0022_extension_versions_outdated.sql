-- title: Extension Versions Outdated
-- level: WARN
-- facing: EXTERNAL
-- categories: SECURITY
-- description: An extension has another version than the one its server would install now.
-- remediation: Run ALTER EXTENSION ... UPDATE.
select format('extension %s has version %s, and the server brings %s', e.name, e.installed_version, e.default_version) as detail,
       jsonb_build_object('extension_name', e.name, 'installed_version', e.installed_version,
                          'default_version', e.default_version) as metadata,
       format('extension_versions_outdated_%s_%s', e.name, e.installed_version) as cache_key,
       'extension' as kind,
       :id(e.name) as identity,
       'version' as matched_by
from pg_available_extensions e
where e.installed_version <> e.default_version
  -- A version whose files are gone cannot be updated from.
  and exists (select from pg_available_extension_versions v where v.name = e.name and v.installed)
