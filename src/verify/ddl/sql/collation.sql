select :id(n.nspname) || '.' || :id(o.collname) as identity,
       json_build_object('create',
         'create collation ' || :sql(n.nspname) || '.' || :sql(o.collname) || ' ('
         || concat_ws(', ', 'provider = ' || case o.collprovider when 'i' then 'icu' when 'b' then 'builtin' else 'libc' end,
              case when o.collprovider = 'c' then 'lc_collate = ' || quote_literal(o.collcollate) || ', lc_ctype = ' || quote_literal(o.collctype)
                   else 'locale = ' || quote_literal(coalesce(to_jsonb(o) ->> 'colllocale', to_jsonb(o) ->> 'colliculocale')) end,
              case when not o.collisdeterministic then 'deterministic = false' end,
              'rules = ' || quote_literal(to_jsonb(o) ->> 'collicurules')) || ')') as attributes
from pg_collation o join pg_namespace n on n.oid = o.collnamespace where n.nspname = any(:schemas)
