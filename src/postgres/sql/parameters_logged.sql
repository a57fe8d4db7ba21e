-- What would write the parameters of a statement into a log; NULL where nothing would.
select string_agg(name || ' = ' || setting, ', ')
from pg_catalog.pg_settings
where name = 'log_statement' and setting = 'all' and current_setting('log_parameter_max_length') <> '0'
   or name in ('log_min_duration_statement', 'log_min_duration_sample') and setting <> '-1'
      and current_setting('log_parameter_max_length') <> '0'
   or name = 'log_transaction_sample_rate' and setting <> '0' and current_setting('log_parameter_max_length') <> '0'
   or name = 'auto_explain.log_min_duration' and setting <> '-1'
      and coalesce(current_setting('auto_explain.log_parameter_max_length', true), '-1') <> '0'
   or name = 'pgaudit.log_parameter' and setting = 'on'
