-- Read as JSON where the columns' names differ between versions. The version is the library's when the collation was made.
select :id(n.nspname) || '.' || :id(o.collname) as identity,
       json_build_object(
         'provider', case o.collprovider when 'c' then 'libc' when 'i' then 'icu' when 'b' then 'builtin' else 'default' end,
         'locale', coalesce(to_jsonb(o) ->> 'colllocale', to_jsonb(o) ->> 'colliculocale', o.collcollate),
         'ctype', case when o.collprovider <> 'i' then o.collctype end, 'rules', to_jsonb(o) ->> 'collicurules',
         'version', o.collversion,
         'deterministic', o.collisdeterministic::text,
         'owner', pg_get_userbyid(o.collowner),
         'comment', obj_description(o.oid, 'pg_collation')) as attributes
from pg_collation o join pg_namespace n on n.oid = o.collnamespace
where n.nspname = any(:schemas)
  and not exists (select 1 from pg_depend e
                  where e.classid = 'pg_collation'::regclass and e.objid = o.oid and e.deptype = 'e')
