# The table that a row topic stands for, one row a line. Reads what kafka-console-consumer prints with keys:
# KEY <tab> VALUE, where `null` stands for a tombstone. See README.md.
reduce inputs as $line ({};
  ($line | split("\t")) as [$key, $value]
  | ($value | fromjson) as $message
  | if $message == null or $message.type == "DELETE"
    then del(.[$key])
    else .[$key] = $message.data[0]
    end)
| .[]
