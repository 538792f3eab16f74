//! A person with a browser: it keeps cookies and follows redirects.

use reqwest::Client;

pub(crate) struct Person {
    browser: Client,
}

impl Person {
    pub(crate) fn new() -> Self {
        Self { browser: Client::builder().cookie_store(true).no_proxy().build().unwrap() }
    }

    /// Opens a URL. Returns the page that is shown in the end.
    pub(crate) async fn opens(&self, url: &str) -> String {
        self.browser.get(url).send().await.unwrap().text().await.unwrap()
    }

    /// Enters a code on the page for devices, and presses this button on the next one.
    pub(crate) async fn enters(&self, url: &str, user_code: &str, button: &str) -> String {
        let page = self.opens(url).await;
        let xsrf = page.split("name=\"xsrf\" value=\"").nth(1).and_then(|rest| rest.split('"').next());
        let form = [("xsrf", xsrf.expect("the page has a form")), ("user_code", user_code)];
        let page = self.posts(url, &form).await;
        assert!(page.contains(user_code), "the code is compared: {page}");
        self.posts(url, &[form[0], form[1], (button, "yes")]).await
    }

    async fn posts(&self, url: &str, form: &[(&str, &str)]) -> String {
        let body = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(form).finish();
        let request = self.browser.post(url).header("content-type", "application/x-www-form-urlencoded").body(body);
        request.send().await.unwrap().text().await.unwrap()
    }
}
