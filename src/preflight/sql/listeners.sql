-- What on the target would act on copied rows of itself, apart from triggers that the copy keeps quiet: publications, and
-- triggers that call out over the network.
select 'publication ' || quote_ident(p.pubname) || ' sends rows of ' || count(*) || ' planned tables' as what
from pg_publication p join pg_publication_tables t on t.pubname = p.pubname
where format('%I.%I', t.schemaname, t.tablename)::regclass::oid = any(array[:tables]::oid[])
group by p.pubname
union all
select 'trigger ' || quote_ident(t.tgname) || ' on ' || t.tgrelid::regclass || ' calls ' || f.oid::regproc
from pg_trigger t join pg_proc f on f.oid = t.tgfoid join pg_namespace n on n.oid = f.pronamespace
where not t.tgisinternal and t.tgenabled = 'A' and t.tgrelid = any(array[:tables]::oid[])
  and (n.nspname in ('supabase_functions', 'net', 'http') or f.prosrc ~* '\m(net\.http_|http_request|pg_net|dblink)')
