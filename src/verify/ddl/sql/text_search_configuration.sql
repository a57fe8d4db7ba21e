select :id(n.nspname) || '.' || :id(o.cfgname) as identity,
       json_build_object(
         'create', 'create text search configuration ' || :sql(n.nspname) || '.' || :sql(o.cfgname) || ' (parser = '
           || (select :sql(pn.nspname) || '.' || :sql(p.prsname) from pg_ts_parser p join pg_namespace pn on pn.oid = p.prsnamespace where p.oid = o.cfgparser) || ')',
         'mapping', (select json_agg(json_build_array(:sql(t.alias), g.dictionaries) order by g.maptokentype)
                     from (select m.maptokentype, string_agg(:sql(dn.nspname) || '.' || :sql(d.dictname), ', ' order by m.mapseqno) as dictionaries
                           from pg_ts_config_map m join pg_ts_dict d on d.oid = m.mapdict join pg_namespace dn on dn.oid = d.dictnamespace
                           where m.mapcfg = o.oid group by m.maptokentype) g
                     join ts_token_type(o.cfgparser) t on t.tokid = g.maptokentype)) as attributes
from pg_ts_config o join pg_namespace n on n.oid = o.cfgnamespace where n.nspname = any(:schemas)
