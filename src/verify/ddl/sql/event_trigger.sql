select :id(o.evtname) as identity,
       json_build_object('create', 'create event trigger ' || :sql(o.evtname) || ' on ' || o.evtevent
         || coalesce(' when tag in (' || (select string_agg(quote_literal(t.tag), ', ') from unnest(o.evttags) t(tag)) || ')', '')
         || ' execute function ' || (select :sql(fn.nspname) || '.' || :sql(f.proname) from pg_proc f join pg_namespace fn on fn.oid = f.pronamespace where f.oid = o.evtfoid) || '()') as attributes
from pg_event_trigger o
