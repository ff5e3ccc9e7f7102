//! A fleet: environments that are derived from dare-prod, with other names, addresses and sizes, and with everything pinned.

use std::fs;
use std::path::Path;

/// Writes a repository with that many environments, `dare-0` and so on.
pub(crate) fn lay_down(top: &Path, count: usize) {
    let from = Path::new(env!("CARGO_MANIFEST_DIR")).join("environments");
    let read = |path: &str| fs::read_to_string(from.join(path)).unwrap();
    let put = |path: String, text: String| {
        let path = top.join("environments").join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    };
    for path in ["sites/cnaf.yaml", "sites/files/site-ca.pem"] {
        put(path.to_owned(), read(path));
    }
    let (environment, tenant) = (read("dare-prod/environment.yaml"), read("dare-prod/tenants/analytics.yaml"));
    for number in 0..count {
        let name = format!("dare-{number}");
        // 1,024 networks of 1,024 addresses.
        let network = |fourth: usize| format!("172.{}.{}", 16 + number / 64, number % 64 * 4 + fourth);
        let text = environment
            .replace("dare-prod", &name)
            .replace("api.dare.", &format!("api.{name}."))
            .replace("10.20.0", &network(0))
            .replace("10.20.1", &network(1))
            .replace("10.20.3", &network(3))
            .replace("count: 5", &format!("count: {}", 3 + number % 5))
            .replace("size: 300Gi", &format!("size: {}Gi", 200 + 50 * (number % 7)));
        put(format!("{name}/environment.yaml"), text);
        put(format!("{name}/tenants/analytics.yaml"), tenant.replace("storage: 1Ti", &format!("storage: {}Gi", 500 + number % 9)));
        put(format!("{name}/lock.yaml"), LOCK.to_owned());
    }
}

/// What the cloud of the golden cases has.
const LOCK: &str = include_str!("../tests/diagnostics/lock.yaml");
